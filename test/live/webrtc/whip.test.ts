import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { packetiseVp8 } from '../../../src/live/webrtc/packetisers.ts'
import { UdpPorts } from '../../../src/live/webrtc/udp-wire.ts'
import { defaultWebrtcSettings } from '../../../src/live/webrtc/webrtc-settings.ts'
import { Whip } from '../../../src/live/webrtc/whip.ts'
import { until } from '../../events/until.ts'
import { type Payload, packetiseNal, rtpPacket } from '../../support/packetise.ts'
import { ScriptedPushes } from '../../support/scripted-pushes.ts'
import { type WebrtcPeerOptions, webrtcPublisher } from '../../support/webrtc-peer.ts'

const ports: [number, number] = [21_100, 21_199]

function server(...streams: readonly string[]) {
  const pushed = new ScriptedPushes(...streams)
  const endings: string[] = []
  const settings = { ...defaultWebrtcSettings, ports }
  const onEnded = (_session: unknown, reason: string) => endings.push(reason)
  const whip = new Whip({ pushed, settings, ports: new UdpPorts(ports, false), onEnded })
  return { whip, pushed, endings, [Symbol.dispose]: () => whip[Symbol.dispose]() }
}

async function sending(whip: Whip, options: WebrtcPeerOptions = {}) {
  const publisher = await webrtcPublisher(options)
  const opened = await whip.offer('phone', publisher.offer, 'WHIP from a test')
  await publisher.take(opened.answer)
  return { ...publisher, ...opened }
}

/** NAL units without a zero in them, so that no start code is. */
const nal = (head: number, bytes: number) =>
  Buffer.concat([Buffer.of(head, 0x88), Buffer.from(randomBytes(bytes).map(byte => byte | 1))])
const annexB = (units: readonly Buffer[]) => Buffer.concat(units.flatMap(unit => [Buffer.of(0, 0, 0, 1), unit]))

interface SentPicture {
  readonly data: Buffer
  readonly isKey: boolean
  readonly payloads: readonly Payload[]
}

function h264Picture(isKey: boolean, bytes: number): SentPicture {
  const units = isKey ? [nal(0x67, 12), nal(0x68, 4), nal(0x65, bytes)] : [nal(0x41, bytes)]
  return { data: annexB(units), isKey, payloads: packetiseNal('h264', units, { aggregate: true }) }
}

function vp8Picture(isKey: boolean, bytes: number): SentPicture {
  const data = Buffer.concat([Buffer.of(isKey ? 0x10 : 0x11), randomBytes(bytes)])
  const parts = packetiseVp8(data, { isKey, number: 1, parameterSets: Buffer.alloc(0) })
  const payloads = parts.map((payload, index) => ({ payload, marker: index === parts.length - 1 }))
  return { data, isKey, payloads }
}

/** A number of pictures, a key frame first, 40 ms apart. */
const pictures = (make: typeof h264Picture, count: number, bytes = 3000) =>
  Array.from({ length: count }, (_, index) => make(index === 0, bytes))

/** Packets with growing numbers, over the wrap of numbers and timestamps. */
function packetsOf(sent: readonly SentPicture[], { number = 65_520, timestamp = 2 ** 32 - 7200 } = {}): Buffer[] {
  let next = number
  return sent.flatMap(({ payloads }, index) =>
    payloads.map(payload => rtpPacket(payload, { number: next++, timestamp: (timestamp + 3600 * index) % 2 ** 32 }))
  )
}

for (const { codec, make } of [
  { codec: 'H264', make: h264Picture },
  { codec: 'VP8', make: vp8Picture }
] as const) {
  test(`B1 ${codec} arrives as it was encoded, with its times over the wrap of the clock`, async () => {
    using given = server('phone')
    await using publisher = await sending(given.whip, { codec })
    const sent = pictures(make, 12)
    for (const packet of packetsOf(sent)) publisher.send(packet)
    await given.pushed.until(units => units.length === sent.length)
    deepStrictEqual(
      given.pushed.units.map(({ data, isKey }) => ({ data, isKey })),
      sent.map(({ data, isKey }) => ({ data, isKey }))
    )
    const [first] = given.pushed.units
    deepStrictEqual(
      given.pushed.units.map(({ sourceMs }) => Math.round(sourceMs - first!.sourceMs)),
      sent.map((_, index) => 40 * index)
    )
    deepStrictEqual(first!.format, { codec: codec.toLowerCase(), parameterSets: Buffer.alloc(0) })
    strictEqual(given.pushed.units[1]!.format, undefined)
  })
}

test('B2 packets that overtake each other are put in order', async () => {
  using given = server('phone')
  await using publisher = await sending(given.whip)
  const sent = pictures(h264Picture, 6)
  const packets = packetsOf(sent)
  publisher.send(packets[0]!)
  for (let at = 1; at < packets.length; at += 3)
    for (const packet of packets.slice(at, at + 3).reverse()) publisher.send(packet)
  await given.pushed.until(units => units.length === sent.length)
  deepStrictEqual(
    given.pushed.units.map(({ data }) => data),
    sent.map(({ data }) => data)
  )
})

test('B3 with 5 % of the packets lost each way, they are asked for again, and every picture arrives', async () => {
  using given = server('phone')
  await using publisher = await sending(given.whip, { lossPercent: 5 })
  // As many packets as the other side keeps for being asked again.
  const sent = pictures(h264Picture, 60, 2000)
  // Of the very first packets nobody would know that they were lost: those are of pictures that nobody can use.
  const before = Array.from({ length: 5 }, () => h264Picture(false, 500))
  for (const packet of packetsOf([...before, ...sent], { number: 100 })) {
    publisher.send(packet)
    await delay(5)
  }
  // The last ones may be lost without anybody noticing: nothing comes after them.
  await given.pushed.until(units => units.length >= sent.length - 2)
  deepStrictEqual(
    given.pushed.units.slice(0, 58).map(({ data }) => data),
    sent.slice(0, 58).map(({ data }) => data)
  )
})

test('B4 what stays lost takes along all that builds on it, and a key frame is asked for', async () => {
  using given = server('phone')
  await using publisher = await sending(given.whip)
  const before = pictures(h264Picture, 3)
  const hole = h264Picture(false, 3000)
  let next = { number: 1000, timestamp: 0 }
  const send = (pictures: readonly SentPicture[], isSent = (_index: number) => true) => {
    const packets = packetsOf(pictures, next)
    for (const packet of packets.filter((_, index) => isSent(index))) publisher.send(packet)
    next = { number: next.number + packets.length, timestamp: next.timestamp + 3600 * pictures.length }
  }
  const again = pictures(h264Picture, 2)
  send(before)
  send([hole], index => index !== 1)
  // What builds on it, until it is given up.
  await until(() => {
    send([h264Picture(false, 1000)])
    return given.whip.counters(publisher.session)!.lostPackets > 0
  }, 20)
  send(again)
  await given.pushed.until(units => units.length === before.length + again.length)
  deepStrictEqual(
    given.pushed.units.map(({ data }) => data),
    [...before, ...again].map(({ data }) => data)
  )
  await until(() => publisher.keysAsked() > 0)
  const { droppedPictures, lostPackets } = given.whip.counters(publisher.session)!
  ok(droppedPictures > 0 && lostPackets > 0)
})

test('B5 what is taken when is known once the sender reported its clock', async () => {
  using given = server('phone')
  await using publisher = await sending(given.whip)
  const sent = pictures(h264Picture, 1000, 50)
  const packets = packetsOf(sent)
  const begunMs = Date.now()
  for (let at = 0; !given.pushed.units.some(({ wallMs }) => wallMs !== undefined); at++) {
    publisher.send(packets[at]!)
    await delay(20)
  }
  const { wallMs } = given.pushed.units.find(unit => unit.wallMs !== undefined)!
  ok(wallMs! > begunMs - 5000 && wallMs! < Date.now() + 5000)
})

test('B6 a second publisher is refused, and may come when the first has ended', async () => {
  using given = server('phone')
  await using first = await sending(given.whip)
  await using second = await webrtcPublisher()
  await rejects(given.whip.offer('phone', second.offer, 'another'), { code: 'SL_PUSH_TAKEN' })
  strictEqual(given.whip.size, 1)
  given.whip.end(first.session)
  await given.whip.offer('phone', second.offer, 'another')
})

test('B7 a stream that is not there takes nothing', async () => {
  using given = server('phone')
  await using publisher = await webrtcPublisher()
  await rejects(given.whip.offer('door', publisher.offer, 'a test'), { code: 'SL_STREAM_UNKNOWN' })
  strictEqual(given.whip.size, 0)
})

test('B8 a stream that is taken away ends its publisher', async () => {
  using given = server('phone')
  await using publisher = await sending(given.whip)
  given.pushed.publishers.get('phone')!.end('The stream was removed')
  deepStrictEqual([given.endings, given.whip.find(publisher.session)], [['The stream was removed'], undefined])
  strictEqual(given.pushed.publishers.size, 0)
})

test('B9 a key frame that somebody wants is asked for', async () => {
  using given = server('phone')
  await using publisher = await sending(given.whip)
  for (const packet of packetsOf(pictures(h264Picture, 1))) publisher.send(packet)
  await given.pushed.until(units => units.length === 1)
  given.pushed.publishers.get('phone')!.wantKey()
  await until(() => publisher.keysAsked() > 0)
  strictEqual(publisher.keysAsked(), 1)
})

test('B10 the answer takes one codec, H.264 before others, and no sound', async () => {
  using given = server('phone')
  await using publisher = await webrtcPublisher()
  const sound =
    'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:a\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\n'
  const offer = publisher.offer
    .replace('BUNDLE 0', 'BUNDLE 0 a')
    .replace('SAVPF 102', 'SAVPF 96 102')
    .replace('a=rtpmap:102', 'a=rtpmap:96 VP8/90000\r\na=rtpmap:102')
  const { answer } = await given.whip.offer('phone', offer + sound, 'a test')
  deepStrictEqual(answer.match(/^m=.*$/gm), ['m=video 9 UDP/TLS/RTP/SAVPF 102', 'm=audio 9 UDP/TLS/RTP/SAVPF 111'])
  deepStrictEqual(answer.match(/^a=(recvonly|sendonly|inactive|sendrecv)$/gm), ['a=recvonly', 'a=inactive'])
})
