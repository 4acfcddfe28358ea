import { deepStrictEqual, ok, rejects, strictEqual, throws } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { before, test } from 'node:test'
import type { RtpPacket } from 'werift'
import type { ClockMessage } from '../../../src/contract/live.ts'
import { SightlineError } from '../../../src/core/errors.ts'
import type { RelayedUnit } from '../../../src/live/stream-feed.ts'
import { UdpPorts } from '../../../src/live/webrtc/udp-wire.ts'
import { defaultWebrtcSettings, type WebrtcLimits } from '../../../src/live/webrtc/webrtc-settings.ts'
import { Whep } from '../../../src/live/webrtc/whep.ts'
import type { EncodedPicture } from '../../../src/media/sources/rtsp/depacketiser.ts'
import { H264Depacketiser } from '../../../src/media/sources/rtsp/h264-depacketiser.ts'
import { until } from '../../events/until.ts'
import { makeClip } from '../../support/make-clip.ts'
import { unitsOf } from '../../support/packetise.ts'
import { PlayedFeeds, relayedUnits } from '../../support/played-feeds.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { unitsOfClip } from '../../support/units-of-clip.ts'
import { type WebrtcPeerOptions, webrtcViewer } from '../../support/webrtc-peer.ts'

const ports: [number, number] = [21_000, 21_099]
let clip: RelayedUnit[] = []

before(async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'clip.mp4')
  const noise = (index: number, width: number, height: number) =>
    Buffer.from(
      Uint8Array.from({ length: width * height * 4 }, (_, at) => at * 7919 + index * 104_729 + (at >> 5) ** 2)
    )
  await makeClip(path, { width: 160, height: 96, frames: 50, fps: 25, gop: 60, paint: noise })
  clip = relayedUnits(await unitsOfClip(path), 'h264')
})

function server(feeds: PlayedFeeds, limits: Partial<WebrtcLimits> = {}) {
  const clocks: ClockMessage[] = []
  const endings: string[] = []
  const settings = { ...defaultWebrtcSettings, ports, limits: { ...defaultWebrtcSettings.limits, ...limits } }
  const whep = new Whep({
    feeds,
    settings,
    ports: new UdpPorts(ports, false),
    onClock: message => clocks.push(message),
    onEnded: (_session, reason) => endings.push(reason)
  })
  return { whep, clocks, endings, [Symbol.dispose]: () => whep[Symbol.dispose]() }
}

function feedOf(units: readonly RelayedUnit[]): PlayedFeeds {
  const feeds = new PlayedFeeds('door')
  feeds.welcome = units
  return feeds
}

async function watching(whep: Whep, options: WebrtcPeerOptions = {}) {
  const viewer = await webrtcViewer(options)
  const opened = await whep.offer('door', viewer.offer)
  await viewer.take(opened.answer)
  return { ...viewer, ...opened }
}

/** Packets in the order of their numbers, each once. */
function inOrder(packets: readonly RtpPacket[]): readonly RtpPacket[] {
  const first = packets[0]?.header.sequenceNumber ?? 0
  const place = ({ header }: RtpPacket) => (((header.sequenceNumber - first) << 16) >> 16) as number
  const each = new Map(packets.map(packet => [packet.header.sequenceNumber, packet]))
  return [...each.values()].sort((a, b) => place(a) - place(b))
}

function picturesOf(packets: readonly RtpPacket[]): EncodedPicture[] {
  const depacketiser = new H264Depacketiser()
  return inOrder(packets).flatMap(({ header, payload }) => [
    ...depacketiser.take(payload, header.timestamp, header.marker)
  ])
}

const marks = (packets: readonly RtpPacket[]) => inOrder(packets).filter(({ header }) => header.marker).length

test('V1 a viewer gets every picture as it was encoded, and its time by the map to the fraction of a millisecond', async () => {
  using given = server(feedOf(clip))
  await using viewer = await watching(given.whep)
  await viewer.until(packets => marks(packets) === clip.length)
  const pictures = picturesOf(viewer.packets)
  const [clock] = given.clocks
  deepStrictEqual(given.clocks, [given.whep.clock(viewer.session)])
  pictures.forEach(({ timestamp, isKey, data }, index) => {
    const { ptsMs, isKey: wasKey, data: sent } = clip[index]!
    ok(Math.abs(clock!.ptsMs + ((timestamp - clock!.rtpTimestamp) | 0) / 90 - ptsMs) < 0.006)
    strictEqual(isKey, wasKey)
    // Delimiters are left out, and start codes are written one way.
    ok(data.length > 0.9 * sent.length && data.length <= sent.length + 8)
  })
})

test('V2 a source that begins anew goes on without a step back, and tells its new epoch before the first picture', async () => {
  const feeds = feedOf(clip.slice(0, 10))
  using given = server(feeds)
  await using viewer = await watching(given.whep)
  await viewer.until(packets => marks(packets) === 10)
  for (const unit of clip.slice(0, 10)) feeds.push('door', { ...unit, epoch: 2 })
  await viewer.until(packets => marks(packets) === 20)
  const times = picturesOf(viewer.packets).map(({ timestamp }) => timestamp)
  times.slice(1).forEach((time, index) => {
    ok(((time - times[index]!) | 0) > 0)
  })
  deepStrictEqual(
    given.clocks.map(({ epoch, ptsMs }) => [epoch, ptsMs]),
    [
      [1, 0],
      [2, 0]
    ]
  )
  strictEqual(times[10], given.clocks[1]!.rtpTimestamp)
})

test('V3 with 5 % of the packets lost each way, every picture arrives', async () => {
  const feeds = feedOf(clip.slice(0, 1))
  using given = server(feeds)
  await using viewer = await watching(given.whep, { lossPercent: 5 })
  const enough = new AbortController()
  await viewer.until(packets => packets.length > 0)
  const playing = feeds.play('door', clip.slice(1), enough.signal, 2)
  await playing
  // The last ones may be lost without anybody noticing: nothing comes after them.
  await viewer.until(packets => picturesOf(packets).length >= clip.length - 2)
  ok(given.whep.counters(viewer.session)!.packets > 200)
})

test('V4 a viewer that asks for a key frame has its wish passed on, not more often than a source can take', async () => {
  const feeds = feedOf(clip.slice(0, 5))
  using given = server(feeds)
  await using viewer = await watching(given.whep)
  await viewer.until(packets => packets.length > 0)
  for (let count = 0; count < 10; count++) viewer.askForKey()
  await until(() => feeds.keysWanted.length > 0)
  deepStrictEqual(feeds.keysWanted, ['door'])
})

test('V5 the answer has the level of the stream, and the profile that was offered', async () => {
  using given = server(feedOf(clip))
  await using viewer = await watching(given.whep, { profile: '42c01f' })
  const sequence = unitsOf(clip[0]!.data).find(unit => unit[0] === 0x67)!
  strictEqual(sequence.toString('hex', 1, 3), '42c0')
  strictEqual(/profile-level-id=(\w+)/.exec(viewer.answer)![1], sequence.toString('hex', 1, 4))
})

test('V6 who can play none of what we send is told so', async () => {
  using given = server(feedOf(clip))
  await using viewer = await webrtcViewer()
  const offer = viewer.offer.replace('packetization-mode=1', 'packetization-mode=0')
  await rejects(given.whep.offer('door', offer), { code: 'SL_OFFER_UNUSABLE' })
  strictEqual(given.whep.size, 0)
})

test('V17 a stream that is nothing its viewer offered to play is refused, and one that becomes so ends', async () => {
  const vp8 = [{ ...clip[0]!, format: { ...clip[0]!.format!, codec: 'vp8' as const } }]
  using unplayable = server(feedOf(vp8))
  await using first = await webrtcViewer()
  await rejects(unplayable.whep.offer('door', first.offer), { code: 'SL_OFFER_UNUSABLE' })
  const feeds = feedOf(clip.slice(0, 1))
  using given = server(feeds)
  await using viewer = await watching(given.whep)
  await viewer.until(packets => packets.length > 0)
  feeds.push('door', vp8[0]!)
  await until(() => given.whep.size === 0)
  deepStrictEqual(given.endings, ['The viewer is let go: the stream is vp8, which it does not offer to play'])
})

test('V7 a stream that is not there cannot be watched', async () => {
  using given = server(feedOf(clip))
  await using viewer = await webrtcViewer()
  await rejects(given.whep.offer('window', viewer.offer), { code: 'SL_STREAM_UNKNOWN' })
})

test('V8 what the feed refuses is refused, and leaves nothing behind', async () => {
  const feeds = feedOf(clip)
  feeds.refusal = new SightlineError('SL_SESSION_LIMIT', 'No more of these.')
  using given = server(feeds)
  await using viewer = await webrtcViewer()
  await rejects(given.whep.offer('door', viewer.offer), { code: 'SL_SESSION_LIMIT' })
  deepStrictEqual([given.whep.size, feeds.watchers('door')], [0, 0])
})

test('V9 no more may watch than may, of a stream and in all', async () => {
  for (const limits of [{ sessions: 1 }, { sessionsOfStream: 1 }]) {
    using given = server(feedOf(clip), limits)
    await using viewer = await webrtcViewer()
    await given.whep.offer('door', viewer.offer)
    await rejects(given.whep.offer('door', viewer.offer), { code: 'SL_SESSION_LIMIT' })
  }
})

test('V10 an offer that nobody comes for ends by itself, and frees its port', async () => {
  const feeds = feedOf(clip)
  using given = server(feeds, { setupMs: 50 })
  await using viewer = await webrtcViewer()
  const { answer } = await given.whep.offer('door', viewer.offer)
  await until(() => given.whep.size === 0)
  deepStrictEqual(given.endings, ['The peer did not connect within 0.05 s'])
  strictEqual(feeds.watchers('door'), 0)
  const port = Number(/127\.0\.0\.1 (\d+) typ host/.exec(answer)![1])
  const socket = createSocket('udp4').bind(port, '127.0.0.1')
  await once(socket, 'listening')
  socket.close()
})

test('V11 a viewer that falls silent is let go', async t => {
  using given = server(feedOf(clip))
  const viewer = await watching(given.whep)
  await viewer.until(packets => packets.length > 0)
  await viewer.peer.close()
  const now = performance.now.bind(performance)
  t.mock.method(performance, 'now', () => now() + 15_000)
  await until(() => given.whep.size === 0)
  deepStrictEqual(given.endings, ['Nothing was heard of the peer for 15 s'])
})

test('V12 a session ends when it is ended, and when its stream is removed', async () => {
  const feeds = feedOf(clip.slice(0, 3))
  using given = server(feeds)
  await using first = await watching(given.whep)
  await using second = await watching(given.whep)
  given.whep.end(first.session)
  throws(() => given.whep.end(first.session), { code: 'SL_SESSION_UNKNOWN' })
  feeds.remove('door')
  await until(() => given.whep.size === 0)
  deepStrictEqual(given.endings, ['The viewer ended it', 'The stream ended'])
  strictEqual(given.whep.clock(second.session), undefined)
})

test('V13 nonsense and strangers at the port change nothing', async () => {
  const feeds = feedOf(clip.slice(0, 3))
  using given = server(feeds)
  await using viewer = await watching(given.whep)
  const port = Number(/127\.0\.0\.1 (\d+) typ host/.exec(viewer.answer)![1])
  const stranger = createSocket('udp4')
  const binding = Buffer.from(`000100002112a442${'00'.repeat(12)}`, 'hex')
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(1500, 22), Buffer.alloc(1500, 0x80), binding])
    for (let count = 0; count < 50; count++) stranger.send(bytes, port, '127.0.0.1')
  await viewer.until(packets => marks(packets) === 3)
  feeds.push('door', clip[3]!)
  await viewer.until(packets => marks(packets) === 4)
  stranger.close()
  deepStrictEqual(given.endings, [])
})

test('V14 somebody who has another certificate than was announced sees nothing', async () => {
  using given = server(feedOf(clip))
  await using viewer = await webrtcViewer()
  const forged = viewer.offer.replace(/(a=fingerprint:sha-256 )(..)/, '$100')
  const { answer } = await given.whep.offer('door', forged)
  await viewer.take(answer)
  // It takes itself for connected: our last message has gone out.
  await until(() => given.whep.size === 0 && viewer.peer.connectionState === 'connected')
  deepStrictEqual([given.endings, viewer.packets.length], [['The peer is not the one that it announced'], 0])
})

test('V15 a viewer whose candidates come later, or not at all, connects', async () => {
  using given = server(feedOf(clip.slice(0, 3)))
  await using viewer = await webrtcViewer()
  const without = viewer.offer.replaceAll(/^a=(candidate|end-of-candidates).*\r\n/gm, '')
  const { answer, session } = await given.whep.offer('door', without)
  const [ufrag, pwd] = ['ice-ufrag', 'ice-pwd'].map(name => new RegExp(`a=${name}:.*`).exec(without)![0])
  const hidden = 'a=candidate:1 1 udp 2113937151 3e2b5f5e-6a55-4d0c-8d75-1f3f7d4d9a10.local 50000 typ host'
  given.whep.patch(session, `${ufrag}\r\n${pwd}\r\nm=video 9 RTP/AVP 0\r\na=mid:0\r\n${hidden}\r\n`)
  await viewer.take(answer)
  await viewer.until(packets => packets.length > 0)
})

test('V19 for a viewer that connects late no more is kept than may be: it begins with the next key frame', async () => {
  const large = Buffer.alloc(1 << 20)
  clip[1]!.data.copy(large)
  const feeds = feedOf([
    clip[0]!,
    ...Array.from({ length: 9 }, (_, n) => ({ ...clip[1]!, data: large, ptsMs: 40 + n }))
  ])
  using given = server(feeds)
  await using viewer = await webrtcViewer()
  const { answer } = await given.whep.offer('door', viewer.offer)
  await viewer.take(answer)
  await until(() => feeds.keysWanted.length + viewer.packets.length > 0)
  deepStrictEqual([feeds.keysWanted, viewer.packets.length], [['door'], 0])
  feeds.push('door', { ...clip[0]!, ptsMs: 1000 })
  await viewer.until(packets => marks(packets) === 1)
  deepStrictEqual(
    given.clocks.map(({ ptsMs }) => ptsMs),
    [1000]
  )
})

test('V16 ICE is not restarted within a session', async () => {
  using given = server(feedOf(clip))
  await using viewer = await webrtcViewer()
  const { session } = await given.whep.offer('door', viewer.offer)
  throws(() => given.whep.patch(session, 'a=ice-ufrag:other\r\na=ice-pwd:othersothersothersothers\r\n'), {
    code: 'SL_SESSION_RESTART'
  })
})

test('V18 a thousand candidates are too many also where they come a few at a time', async () => {
  using given = server(feedOf(clip))
  await using viewer = await webrtcViewer()
  const { session } = await given.whep.offer('door', viewer.offer)
  const some = (from: number) =>
    Array.from(
      { length: 10 },
      (_, n) => `a=candidate:${from + n} 1 udp 1 127.0.0.1 ${1024 + from + n} typ host\r\n`
    ).join('')
  let taken = 0
  throws(
    () => {
      for (; taken < 1000; taken += 10) given.whep.patch(session, some(taken))
    },
    { code: 'SL_OFFER_INVALID' }
  )
  ok(taken < 100, `${taken} were taken`)
})
