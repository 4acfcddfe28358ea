import { deepStrictEqual, ok } from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Vp8RtpPayload, Vp9RtpPayload } from 'werift'
import {
  mostPayloadBytes,
  type Packetiser,
  packetiseAv1,
  packetiseH264,
  packetiseVp8,
  packetiseVp9
} from '../../../src/live/webrtc/packetisers.ts'
import { Vp8Depacketiser } from '../../../src/live/webrtc/vp8-depacketiser.ts'
import { Vp9Depacketiser } from '../../../src/live/webrtc/vp9-depacketiser.ts'
import type { Depacketiser, EncodedPicture } from '../../../src/media/sources/rtsp/depacketiser.ts'
import { H264Depacketiser } from '../../../src/media/sources/rtsp/h264-depacketiser.ts'

const none = Buffer.alloc(0)

/** A NAL unit: no byte of it is zero, so that no start code is in it. */
function unit(head: number, bytes: number): Buffer {
  return Buffer.concat([Buffer.of(head, 0x88), randomBytes(bytes).map(byte => byte | 1) as Buffer])
}

function annexB(...units: readonly Buffer[]): Buffer {
  return Buffer.concat(units.flatMap(each => [Buffer.of(0, 0, 0, 1), each]))
}

function roundTrip(
  packetise: Packetiser,
  depacketiser: Depacketiser,
  picture: Buffer,
  isKey: boolean,
  sets: Buffer = none
) {
  const payloads = packetise(picture, { isKey, number: 7, parameterSets: sets })
  ok(payloads.every(({ length }) => length <= mostPayloadBytes))
  const pictures: EncodedPicture[] = []
  payloads.forEach((payload, index) => {
    pictures.push(...depacketiser.take(payload, 90, index === payloads.length - 1))
  })
  return { payloads, pictures }
}

const [sequence, parameters, idr] = [unit(0x67, 20), unit(0x68, 4), unit(0x65, 9000)]
const sizes = [1, 2, 1177, 1178, 1179, 1180, 1181, 2360, 100_000]

test('P1 H.264 of any size comes back as it was', () => {
  for (const size of sizes) {
    const picture = annexB(unit(0x41, size))
    const { pictures } = roundTrip(packetiseH264, new H264Depacketiser(), picture, false)
    deepStrictEqual(pictures, [{ data: picture, isKey: false, timestamp: 90 }])
  }
})

test('P2 a key frame takes its parameter sets along, in one packet before it', () => {
  const picture = annexB(sequence, parameters, idr)
  const { payloads, pictures } = roundTrip(packetiseH264, new H264Depacketiser(), picture, true)
  deepStrictEqual(pictures, [{ data: picture, isKey: true, timestamp: 90 }])
  deepStrictEqual([payloads[0]![0]! & 0x1f, payloads[1]![0]! & 0x1f], [24, 28])
})

test('P3 a key frame without parameter sets gets those of the format', () => {
  const { pictures } = roundTrip(packetiseH264, new H264Depacketiser(), annexB(idr), true, annexB(sequence, parameters))
  deepStrictEqual(pictures[0]!.data, annexB(sequence, parameters, idr))
})

test('P4 delimiters and filler are left out', () => {
  const picture = annexB(Buffer.of(0x09, 0xf0), unit(0x41, 50), Buffer.of(0x0c, 0xff, 0x80))
  const { payloads } = roundTrip(packetiseH264, new H264Depacketiser(), picture, false)
  deepStrictEqual(
    payloads.map(payload => payload[0]! & 0x1f),
    [1]
  )
})

const cutUp = [
  { name: 'VP8', packetise: packetiseVp8, make: () => new Vp8Depacketiser(), key: 0x10, delta: 0x11 },
  { name: 'VP9', packetise: packetiseVp9, make: () => new Vp9Depacketiser(), key: 0x82, delta: 0x86 }
]
for (const { name, packetise, make, key, delta } of cutUp) {
  test(`P5 ${name} of any size comes back as it was, and it is known whether it is a key frame`, () => {
    for (const size of sizes) {
      for (const isKey of [true, false]) {
        const picture = Buffer.concat([Buffer.of(isKey ? key : delta), randomBytes(size)])
        const { pictures } = roundTrip(packetise, make(), picture, isKey)
        deepStrictEqual(pictures, [{ data: picture, isKey, timestamp: 90 }])
      }
    }
  })

  test(`P6 a ${name} picture with a hole is left out, and the one after it is not`, () => {
    const depacketiser = make()
    const payloads = packetise(randomBytes(5000), { isKey: true, number: 1, parameterSets: none })
    depacketiser.take(payloads[0]!, 90, false)
    depacketiser.lose()
    deepStrictEqual(depacketiser.take(payloads.at(-1)!, 90, true), [])
    const next = Buffer.concat([Buffer.of(delta), randomBytes(10)])
    const [payload] = packetise(next, { isKey: false, number: 2, parameterSets: none })
    deepStrictEqual(depacketiser.take(payload!, 180, true), [{ data: next, isKey: false, timestamp: 180 }])
  })

  test(`P7 ${name} payloads that end too early are survived`, () => {
    const depacketiser = make()
    for (let length = 0; length < 12; length++) depacketiser.take(Buffer.alloc(length, 0xff), length, true)
  })
}

test('P8 another implementation reads our VP8 and VP9', () => {
  const picture = Buffer.concat([Buffer.of(0x10), randomBytes(3000)])
  const state = { isKey: true, number: 0x1234, parameterSets: none }
  const vp8 = packetiseVp8(picture, state).map(payload => Vp8RtpPayload.deSerialize(payload))
  const vp9 = packetiseVp9(picture, state).map(payload => Vp9RtpPayload.deSerialize(payload))
  for (const parts of [vp8, vp9]) {
    deepStrictEqual(Buffer.concat(parts.map(({ payload }) => payload)), picture)
    deepStrictEqual(
      parts.map(part => part.pictureId),
      parts.map(() => 0x1234)
    )
    ok(parts[0]!.isKeyframe)
  }
})

/** An AV1 unit with the field for its length. */
function av1Unit(kind: number, payload: Buffer): Buffer {
  const length = payload.length < 0x80 ? [payload.length] : [(payload.length & 0x7f) | 0x80, payload.length >> 7]
  return Buffer.concat([Buffer.from([(kind << 3) | 2, ...length]), payload])
}

/** The units of a picture's payloads, put together as RTP's format for AV1 has it. */
function av1UnitsOf(payloads: readonly Buffer[]): Buffer[] {
  const units: Buffer[] = []
  for (const payload of payloads) {
    let isContinued = (payload[0]! & 0x80) !== 0
    for (let at = 1; at < payload.length; ) {
      let length = payload[at++]!
      if (length >= 0x80) length = (length & 0x7f) + payload[at++]! * 0x80
      const piece = payload.subarray(at, at + length)
      if (isContinued) units.push(Buffer.concat([units.pop()!, piece]))
      else units.push(piece)
      isContinued = false
      at += length
    }
  }
  return units
}

test('P9 AV1 comes back without delimiters and lengths, and only its first packet begins with a new unit', () => {
  for (const size of [1, 100, ...Array.from({ length: 40 }, (_, step) => 1130 + step), 5000]) {
    const [sequence, frame, another] = [randomBytes(14), randomBytes(size), randomBytes(300)]
    const picture = [av1Unit(2, none), av1Unit(1, sequence), av1Unit(6, frame), av1Unit(6, another)]
    const payloads = packetiseAv1(Buffer.concat(picture), { isKey: true, number: 1, parameterSets: none })
    deepStrictEqual(
      av1UnitsOf(payloads),
      [Buffer.concat([Buffer.of(1 << 3), sequence]), frame, another].map((unit, index) =>
        index === 0 ? unit : Buffer.concat([Buffer.of(6 << 3), unit])
      )
    )
    ok(payloads.every(({ length }) => length <= mostPayloadBytes))
    deepStrictEqual(
      payloads.map(payload => payload[0]! >> 7),
      payloads.map((_, index) => (index === 0 ? 0 : 1))
    )
    ok(payloads[0]![0]! & 0x08)
  }
})
