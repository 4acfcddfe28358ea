import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { readOffer } from '../../../src/live/webrtc/offer.ts'
import { PublisherSession } from '../../../src/live/webrtc/publisher-session.ts'
import { offeredVideo } from '../../../src/live/webrtc/video-codecs.ts'
import { ScriptedPushes } from '../../support/scripted-pushes.ts'

const sdp = [
  ...['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE 0'],
  ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=sendonly', 'a=rtcp-mux'],
  ...['a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuv', 'a=setup:actpass'],
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  ...['a=rtpmap:96 VP8/90000', '']
].join('\r\n')

test('PB1 a publisher that shows nothing for half a minute leaves the stream to others', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const pushed = new ScriptedPushes('phone')
  const ends: string[] = []
  const offer = readOffer(sdp)
  const session = new PublisherSession('phone', offer, offeredVideo(offer, 'sends'), {
    ended: (_session, reason) => ends.push(reason)
  })
  session.claim(pushed, 'WHIP from a test')
  t.mock.timers.tick(29_999)
  deepStrictEqual(ends, [])
  t.mock.timers.tick(1)
  deepStrictEqual(ends, ['No picture came for 30 s'])
})
