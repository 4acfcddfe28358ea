import { parse } from 'sdp-transform'
import { SightlineError } from '../../../core/errors.ts'
import type { SourceCodec } from '../source.ts'

/** Those that there is a depacketiser for. */
export type SpokenCodec = Extract<SourceCodec, 'h264' | 'hevc' | 'mjpeg' | 'mpeg4'>

/** The picture track of a description (RFC 8866), as far as it is needed to play it. */
export interface PictureTrack {
  readonly codec: SpokenCodec
  readonly payloadType: number
  /** Ticks of RTP's clock in a second. */
  readonly clockRate: number
  /** Address for SETUP. */
  readonly control: string
  /** Address of the whole session: for PLAY and what comes after it. */
  readonly session: string
  readonly parameterSets: Buffer
}

const codecs: Readonly<Record<string, SpokenCodec>> = {
  H264: 'h264',
  H265: 'hevc',
  HEVC: 'hevc',
  JPEG: 'mjpeg',
  'MP4V-ES': 'mpeg4'
}
/** RFC 3551: motion JPEG needs no rtpmap. */
const staticJpeg = 26
const startCode = Buffer.from([0, 0, 0, 1])

/**
 * The first video track that is spoken here. `base` is what relative addresses are relative to.
 * Throws SL_INPUT_NO_VIDEO_STREAM or SL_INPUT_CODEC_UNSUPPORTED; messages are completed by who knows the source.
 */
export function pictureTrack(text: string, base: string): PictureTrack {
  const { media, control: whole } = parse(text)
  const session = resolveControl(String(whole ?? ''), base)
  const videos = media.filter(({ type }) => type === 'video')
  for (const video of videos) {
    for (const payloadType of String(video.payloads ?? '')
      .split(' ')
      .map(Number)) {
      const map = video.rtp.find(({ payload }) => payload === payloadType)
      const codec = map ? codecs[map.codec.toUpperCase()] : payloadType === staticJpeg ? 'mjpeg' : undefined
      if (!codec) continue
      const parameters = video.fmtp.find(({ payload }) => payload === payloadType)?.config ?? ''
      return {
        codec,
        payloadType,
        clockRate: map?.rate || 90_000,
        control: resolveControl(String(video.control ?? ''), session),
        session,
        parameterSets: parameterSets(codec, parameters)
      }
    }
  }
  if (videos.length === 0) throw new SightlineError('SL_INPUT_NO_VIDEO_STREAM', 'describes no video')
  const named = videos.flatMap(({ rtp }) => rtp.map(({ codec }) => codec)).join(', ') || 'an unnamed codec'
  throw new SightlineError('SL_INPUT_CODEC_UNSUPPORTED', `sends ${named}; H.264, H.265, MPEG-4 and JPEG are understood`)
}

/** RFC 2326 C.1.1: `*` and nothing mean the base itself. */
function resolveControl(control: string, base: string): string {
  if (control === '' || control === '*') return base
  if (/^rtsps?:\/\//i.test(control)) return control
  // Not URL resolution: cameras expect their text behind the base's, query included.
  return base.endsWith('/') ? `${base}${control}` : `${base}/${control}`
}

/** `sprop-…` of RFC 6184 §8.1 and RFC 7798 §7.1, `config` of RFC 6416 §7.1. */
function parameterSets(codec: SpokenCodec, config: string): Buffer {
  if (codec === 'mpeg4') return Buffer.from(parameterOf(config, 'config').trim(), 'hex')
  const names = codec === 'h264' ? ['sprop-parameter-sets'] : ['sprop-vps', 'sprop-sps', 'sprop-pps']
  const sets = names.flatMap(name => parameterOf(config, name).split(','))
  const units = sets.map(set => Buffer.from(set.trim(), 'base64')).filter(unit => unit.length > 0)
  return Buffer.concat(units.flatMap(unit => [startCode, unit]))
}

function parameterOf(config: string, name: string): string {
  for (const part of config.split(';')) {
    const equals = part.indexOf('=')
    if (part.slice(0, equals).trim().toLowerCase() === name) return part.slice(equals + 1)
  }
  return ''
}
