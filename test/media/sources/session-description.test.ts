import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { pictureTrack } from '../../../src/media/sources/rtsp/session-description.ts'

const sdp = (...lines: string[]) => ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 't=0 0', ...lines, ''].join('\r\n')
const h264 = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000']

for (const [rule, base, session, control, expected] of [
  ['C1 a relative control goes behind the base', 'rtsp://c/live/', '*', 'trackID=1', 'rtsp://c/live/trackID=1'],
  ['C2 a base without a slash gets one', 'rtsp://c/live', '', 'track1', 'rtsp://c/live/track1'],
  ['C3 the query of the base stays in front', 'rtsp://c/s?ch=1', '*', 'track1', 'rtsp://c/s?ch=1/track1'],
  ['C4 an absolute control stands for itself', 'rtsp://c/live', '*', 'rtsp://10.0.0.9/t', 'rtsp://10.0.0.9/t'],
  ["C5 a relative one goes behind the session's", 'rtsp://c/', 'rtsp://c/all/', 'v', 'rtsp://c/all/v'],
  ['C6 a star is the base itself', 'rtsp://c/live', '', '*', 'rtsp://c/live']
] as const) {
  test(rule, () => {
    const text = sdp(...(session ? [`a=control:${session}`] : []), ...h264, `a=control:${control}`)
    strictEqual(pictureTrack(text, base).control, expected)
  })
}

test('C7 the whole session has the address of its own control', () => {
  strictEqual(pictureTrack(sdp('a=control:rtsp://c/all', ...h264, 'a=control:v'), 'rtsp://c/').session, 'rtsp://c/all')
})

test('C8 sound, metadata and unknown codecs before the video are passed over', () => {
  const track = pictureTrack(
    sdp(
      ...['m=audio 0 RTP/AVP 0', 'a=control:track1'],
      ...['m=application 0 RTP/AVP 107', 'a=rtpmap:107 vnd.onvif.metadata/90000', 'a=control:track2'],
      ...['m=video 0 RTP/AVP 98', 'a=rtpmap:98 SVAC/90000', 'a=control:track3'],
      ...['m=video 0 RTP/AVP 97 96', 'a=rtpmap:97 VP8/90000', 'a=rtpmap:96 H265/90000', 'a=control:track4']
    ),
    'rtsp://c/'
  )
  deepStrictEqual([track.codec, track.payloadType, track.control], ['hevc', 96, 'rtsp://c/track4'])
})

test('C9 motion JPEG needs no rtpmap', () => {
  const track = pictureTrack(sdp('m=video 0 RTP/AVP 26', 'a=control:t'), 'rtsp://c')
  deepStrictEqual([track.codec, track.clockRate, track.parameterSets.length], ['mjpeg', 90_000, 0])
})

test('C9 what MPEG-4 says of itself apart from its pictures is given out as it is', () => {
  const text = sdp(
    'm=video 0 RTP/AVP 96',
    'a=rtpmap:96 MP4V-ES/90000',
    'a=fmtp:96 profile-level-id=1;config=000001B001'
  )
  const { codec, parameterSets } = pictureTrack(text, 'rtsp://c')
  deepStrictEqual([codec, parameterSets.toString('hex')], ['mpeg4', '000001b001'])
})

test('C10 H.264 parameter sets become Annex B', () => {
  const fmtp =
    'a=fmtp:96 packetization-mode=1;profile-level-id=42001F; sprop-parameter-sets=Z0IAH5Y1QKALdNwEBAQI,aM48gA==;'
  strictEqual(
    pictureTrack(sdp(...h264, fmtp), 'rtsp://c').parameterSets.toString('hex'),
    '000000016742001f963540a00b74dc0404040800000001' + '68ce3c80'
  )
})

test('C11 H.265 parameter sets become Annex B, in the order in which they are needed', () => {
  const fmtp = 'a=fmtp:96 sprop-sps=QgE=;sprop-pps=RAE=; sprop-vps=QAE='
  const text = sdp('m=video 0 RTP/AVP 96', 'a=rtpmap:96 H265/90000', fmtp)
  strictEqual(pictureTrack(text, 'rtsp://c').parameterSets.toString('hex'), '000000014001000000014201000000014401')
})

for (const [rule, text, code] of [
  ['C12 sound alone is no video', sdp('m=audio 0 RTP/AVP 0'), 'SL_INPUT_NO_VIDEO_STREAM'],
  ['C13 garbage is no video', '\u0000\u0001=\nm=\n', 'SL_INPUT_NO_VIDEO_STREAM'],
  [
    'C14 a codec that is not spoken is named',
    sdp('m=video 0 RTP/AVP 96', 'a=rtpmap:96 MP2T/90000'),
    'SL_INPUT_CODEC_UNSUPPORTED'
  ]
] as const) {
  test(rule, () =>
    throws(
      () => pictureTrack(text, 'rtsp://c'),
      (error: Error & { code?: string }) => error.code === code
    )
  )
}
