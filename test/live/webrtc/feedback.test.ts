import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import {
  GenericNack,
  PictureLossIndication,
  RtcpPacketConverter,
  type RtcpPayloadSpecificFeedback,
  type RtcpRrPacket,
  type RtcpSrPacket,
  type RtcpTransportLayerFeedback,
  TransportWideCC
} from 'werift'
import { ArrivalFeedback, extensionNumber } from '../../../src/live/webrtc/arrival-feedback.ts'
import { missing, pictureLoss, readFeedback, receptionReport, senderReport } from '../../../src/live/webrtc/feedback.ts'
import { MissingPackets } from '../../../src/live/webrtc/missing-packets.ts'

const [ours, theirs] = [0x1111, 0x2222]
const read = (bytes: Buffer) => RtcpPacketConverter.deSerialize(bytes)[0]!

test('F1 another implementation reads which packets are missing, over the wrap of their numbers', () => {
  const lost = [65_530, 65_531, 65_535, 0, 9, 40, 500]
  const { feedback } = read(missing(ours, theirs, lost)) as RtcpTransportLayerFeedback
  ok(feedback instanceof GenericNack)
  // It leaves the wrapping to others.
  deepStrictEqual(
    feedback.lost.map(number => number & 0xffff),
    lost
  )
  deepStrictEqual([...readFeedback(missing(ours, theirs, lost), theirs)], [{ kind: 'lost', numbers: lost }])
})

test('F2 another implementation reads that a key frame is wanted', () => {
  const { feedback } = read(pictureLoss(ours, theirs)) as RtcpPayloadSpecificFeedback
  ok(feedback instanceof PictureLossIndication)
  strictEqual(feedback.mediaSsrc, theirs)
  deepStrictEqual([...readFeedback(pictureLoss(ours, theirs), theirs)], [{ kind: 'key-wanted' }])
})

test('F3 feedback on another source is none of ours', () => {
  deepStrictEqual([...readFeedback(pictureLoss(ours, theirs), 7)], [])
  deepStrictEqual([...readFeedback(missing(ours, theirs, [1]), 7)], [])
})

test('F4 another implementation reads our reports', () => {
  const sender = senderReport({ ssrc: ours, wallMs: 1_700_000_000_500, timestamp: 90, packets: 3, bytes: 400 })
  const { senderInfo } = read(sender) as RtcpSrPacket
  strictEqual(Number(senderInfo.ntpTimestamp >> 32n) - 2_208_988_800, 1_700_000_000)
  strictEqual(Number(senderInfo.ntpTimestamp & 0xffff_ffffn), 2 ** 31)
  const receiver = receptionReport({ ssrc: ours, media: theirs, lostShare: 0.5, lostPackets: 12, highest: 70_000 })
  const [report] = (read(receiver) as RtcpRrPacket).reports
  deepStrictEqual([report!.fractionLost, report!.packetsLost, report!.highestSequence], [128, 12, 70_000])
  deepStrictEqual([...readFeedback(receiver, theirs)], [{ kind: 'report', lostShare: 0.5 }])
})

test('F5 another implementation reads when packets came, and which did not', () => {
  const feedback = new ArrivalFeedback()
  const arrivals = new Map([
    [65_534, 10_000],
    [65_535, 10_000.5],
    [1, 10_080],
    [2, 10_079.75],
    [3, 10_500]
  ])
  for (const [number, atMs] of arrivals) feedback.note(number, atMs)
  const { feedback: report } = read(feedback.report(ours, theirs)!) as RtcpTransportLayerFeedback
  ok(report instanceof TransportWideCC)
  deepStrictEqual([report.baseSequenceNumber, report.packetStatusCount], [65_534, 6])
  const statuses = report.packetChunks.flatMap(chunk => ('symbolList' in chunk ? chunk.symbolList : []))
  deepStrictEqual(statuses.slice(0, 6), [1, 1, 0, 2, 2, 2])
  let atMs = report.referenceTime * 64
  const times = report.recvDeltas.map(({ delta }) => (atMs += delta / 1000))
  deepStrictEqual(times, [...arrivals.values()])
})

test('F6 what was told is not told again, and nothing new is no report', () => {
  const feedback = new ArrivalFeedback()
  feedback.note(5, 100)
  feedback.report(ours, theirs)
  strictEqual(feedback.report(ours, theirs), undefined)
  feedback.note(4, 101)
  strictEqual(feedback.report(ours, theirs), undefined)
})

test('F7 the number of a header extension is found behind others', () => {
  const packet = Buffer.from(`9060000100000000000000${'01'}bede0003${'10aa'}${'00'}${'31beef'}${'22010203'}0000`, 'hex')
  strictEqual(extensionNumber(packet, 3), 0xbeef)
  strictEqual(extensionNumber(packet, 2), undefined)
})

test('M1 a gap is asked for at once, again after a while, and not for ever', () => {
  const packets = new MissingPackets()
  for (const number of [65_534, 1]) packets.note(number)
  deepStrictEqual(packets.due(0), [65_535, 0])
  deepStrictEqual(packets.due(10), [])
  packets.note(0)
  deepStrictEqual(packets.due(50), [65_535])
  let asked = 0
  for (let nowMs = 100; nowMs < 10_000; nowMs += 50) asked += packets.due(nowMs).length
  ok(asked > 0 && asked < 10)
})

test('M2 a leap is no gap', () => {
  const packets = new MissingPackets()
  for (const number of [1, 5000]) packets.note(number)
  deepStrictEqual(packets.due(0), [])
})
