import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { CameraDepacketiser } from '../../../src/media/sources/rtsp/depacketiser.ts'
import { H264Depacketiser } from '../../../src/media/sources/rtsp/h264-depacketiser.ts'
import { H265Depacketiser } from '../../../src/media/sources/rtsp/h265-depacketiser.ts'
import { JpegDepacketiser } from '../../../src/media/sources/rtsp/jpeg-depacketiser.ts'
import { Mpeg4Depacketiser } from '../../../src/media/sources/rtsp/mpeg4-depacketiser.ts'
import { type Payload, packetiseNal } from '../../support/packetise.ts'

const body = Buffer.alloc(5000, 0x99)
const piecesOf = (bytes: Buffer) =>
  [0, 1200, 2400, 3600].map(at => ({ payload: bytes.subarray(at, at + 1200), marker: at === 3600 }))

/** A part of a picture of 16×16 pixels, at its place in the picture (RFC 2435 §3.1). */
function jpegPart(at: number): Payload {
  const head = Buffer.from([0, 0, at >> 8, at & 0xff, 1, 60, 2, 2])
  return { payload: Buffer.concat([head, body.subarray(0, 1200)]), marker: at === 3600 }
}

interface Camera {
  readonly name: string
  readonly make: () => CameraDepacketiser
  readonly key: readonly Payload[]
  readonly other: readonly Payload[]
  /** Whether the rest of a key frame tells that it is one. */
  readonly tells: boolean
}

const nal = (codec: 'h264' | 'hevc', head: string) =>
  packetiseNal(codec, [Buffer.concat([Buffer.from(head, 'hex'), body])])
const mpeg4 = (kind: number) => piecesOf(Buffer.concat([Buffer.from([0, 0, 1, 0xb6, kind]), body]))

const cameras: readonly Camera[] = [
  {
    name: 'H.264',
    make: () => new H264Depacketiser(),
    key: nal('h264', '6588'),
    other: nal('h264', '419a'),
    tells: true
  },
  {
    name: 'H.265',
    make: () => new H265Depacketiser(),
    key: nal('hevc', '2601af'),
    other: nal('hevc', '0201d0'),
    tells: true
  },
  { name: 'MPEG-4', make: () => new Mpeg4Depacketiser(), key: mpeg4(0x10), other: mpeg4(0x50), tells: false },
  { name: 'JPEG', make: () => new JpegDepacketiser(), key: [0, 1200, 2400, 3600].map(jpegPart), other: [], tells: true }
]

function lostKeys(
  { make }: Camera,
  pictures: readonly (readonly Payload[])[],
  missing: (at: number) => boolean
): number {
  const depacketiser = make()
  let [at, hasGap] = [0, false]
  pictures.forEach((payloads, time) => {
    for (const { payload, marker } of payloads) {
      if (missing(at++)) hasGap = true
      else {
        if (hasGap) depacketiser.lose()
        hasGap = false
        depacketiser.take(payload, time + 1, marker)
      }
    }
  })
  return depacketiser.lostKeys
}

for (const camera of cameras) {
  const { name, key, other, tells } = camera
  test(`LK1 ${name}: a key frame that lacks a packet is counted, once`, () => {
    for (const missing of tells ? [0, 1, 3] : [1, 3])
      strictEqual(
        lostKeys(camera, [key, key], at => at === missing),
        1,
        `packet ${missing}`
      )
    strictEqual(
      lostKeys(camera, [key, key], at => at === 1 || at === 3),
      1
    )
  })

  test(`LK2 ${name}: whole key frames and other pictures are not counted`, () => {
    strictEqual(
      lostKeys(camera, [key, key, key], () => false),
      0
    )
    if (other.length > 0)
      strictEqual(
        lostKeys(camera, [other, other], at => at === 1),
        0
      )
  })
}
