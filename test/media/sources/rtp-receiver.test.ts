import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { noPatience } from '../../../src/media/sources/rtsp/packet-order.ts'
import { receiverReportOf } from '../../../src/media/sources/rtsp/rtcp.ts'
import { readRtp } from '../../../src/media/sources/rtsp/rtp-packet.ts'
import { RtpReceiver } from '../../../src/media/sources/rtsp/rtp-receiver.ts'
import type { AccessUnit } from '../../../src/media/sources/source.ts'
import { rtpPacket, senderReport } from '../../support/packetise.ts'

const picture = { payload: Buffer.from('419a00', 'hex'), marker: true }

function receiver() {
  const units: AccessUnit[] = []
  const parts = { control: 'rtsp://c', session: 'rtsp://c', parameterSets: Buffer.alloc(0) }
  const track = { codec: 'h264', payloadType: 96, clockRate: 90_000, ...parts } as const
  return { units, receiver: new RtpReceiver(track, noPatience, unit => units.push(unit)) }
}

test('X1 padding, contributors and extensions of a packet are no payload', () => {
  const payload = Buffer.from('abcd', 'hex')
  const head = Buffer.from('b2e0000700000009000000050000000100000002bede0001ffffffff', 'hex')
  deepStrictEqual(readRtp(Buffer.concat([head, payload, Buffer.of(0, 0, 3)])), {
    ...{ payloadType: 96, marker: true, number: 7, timestamp: 9, sender: 5 },
    payload
  })
})

test('X2 any bytes are read, or are no packet', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
      const found = readRtp(Buffer.from(bytes))
      return found === undefined || found.payload.length <= bytes.length - 12
    })
  )
})

test('X3 packets of another track are passed over', () => {
  const { units, receiver: taking } = receiver()
  taking.rtp(rtpPacket(picture, { number: 1, timestamp: 1, type: 97 }))
  taking.rtp(rtpPacket(picture, { number: 1, timestamp: 1 }))
  strictEqual(units.length, 1)
})

test('X4 units carry the wall time once the sender reported it', () => {
  const { units, receiver: taking } = receiver()
  const wallMs = 1_795_233_906_500
  taking.rtp(rtpPacket(picture, { number: 1, timestamp: 0 }))
  taking.rtcp(senderReport(wallMs, 45_000))
  taking.rtp(rtpPacket(picture, { number: 2, timestamp: 90_000 }))
  deepStrictEqual(
    units.map(({ wallMs: at }) => at),
    [undefined, wallMs + 500]
  )
})

test('X5 the report of another sender is not believed', () => {
  const { units, receiver: taking } = receiver()
  taking.rtp(rtpPacket(picture, { number: 1, timestamp: 0 }))
  taking.rtcp(senderReport(5000, 0, 99))
  taking.rtp(rtpPacket(picture, { number: 2, timestamp: 3000 }))
  strictEqual(units[1]!.wallMs, undefined)
})

test('X10 what one sender reported says nothing of the pictures of the next', () => {
  const { units, receiver: taking } = receiver()
  const wallMs = 1_795_233_906_000
  const send = (number: number, sender: number) =>
    taking.rtp(rtpPacket(picture, { number, timestamp: number * 90_000, sender }))
  send(1, 5)
  taking.rtcp(senderReport(wallMs, 90_000, 5))
  send(2, 5)
  send(3, 6)
  taking.rtcp(senderReport(wallMs, 3 * 90_000, 6))
  send(4, 6)
  deepStrictEqual(
    units.map(({ wallMs: at }) => at && at - wallMs),
    [undefined, 1000, undefined, 1000]
  )
})

test('X6 a goodbye behind a report ends it', () => {
  const { receiver: taking } = receiver()
  taking.rtcp(Buffer.concat([senderReport(5000, 0), Buffer.from('81cb000100005197', 'hex')]))
  strictEqual(taking.hasEnded, true)
})

test('X7 any bytes are taken as reports', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
      receiver().receiver.rtcp(Buffer.from(bytes))
    })
  )
})

test('X8 our own report says what came and what did not, over the wrap', () => {
  const { receiver: taking } = receiver()
  for (const number of [65_534, 65_535, 1, 2]) taking.rtp(rtpPacket(picture, { number, timestamp: number }))
  const report = taking.report()!
  deepStrictEqual(
    [report.length, report[1], report.readUInt32BE(8), report.readUIntBE(13, 3), report.readUInt32BE(16)],
    [32, 201, 0x5197, 1, 0x10002]
  )
})

test('X9 a report is 32 bytes long and says so (RFC 3550 §6.4.2)', () => {
  const report = receiverReportOf({ receiver: 1, sender: 2, lostPackets: 2 ** 30, highest: 3 })
  deepStrictEqual(report.toString('hex'), `81c900070000000100000002007fffff00000003${'00'.repeat(12)}`)
})
