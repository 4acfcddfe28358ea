import { notStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP9, type AVCodecID } from 'node-av/constants'
import { freshStartOf, parametersOf } from '../../src/media/fresh-start.ts'

/** NAL units behind their lengths of `bytes` bytes. */
function measured(bytes: number, ...units: readonly number[][]): Buffer {
  return Buffer.concat(
    units.map(unit => {
      const length = Buffer.alloc(bytes)
      length.writeUIntBE(unit.length, 0, bytes)
      return Buffer.concat([length, Buffer.from(unit)])
    })
  )
}

/** NAL units behind start codes. */
function marked(...units: readonly number[][]): Buffer {
  return Buffer.concat(units.map(unit => Buffer.from([0, 0, 0, 1, ...unit])))
}

const avcC = (bytes: number) => Buffer.from([1, 100, 0, 40, 0xfc | (bytes - 1), 0xe1])
const hvcC = (bytes: number) => Buffer.from([1, ...Array(20).fill(0), bytes - 1, 0])

const [sps, sei, idr, slice] = [
  [0x67, 1],
  [6, 5, 1],
  [0x65, 9, 9],
  [0x41, 9, 9]
]
const [vps, idrWithLeading, idrAlone, cra, trail] = [
  [64, 1],
  [19 << 1, 1],
  [20 << 1, 1],
  [21 << 1, 1],
  [1 << 1, 1]
]

const cases: readonly [string, AVCodecID, Buffer | null, Buffer, boolean][] = [
  ['H.264: an IDR picture', AV_CODEC_ID_H264, avcC(4), measured(4, idr), true],
  ['H.264: an IDR picture behind parameters', AV_CODEC_ID_H264, avcC(4), measured(4, sps, sei, idr), true],
  ['H.264: an IDR picture behind short lengths', AV_CODEC_ID_H264, avcC(2), measured(2, sei, idr), true],
  ['H.264: an IDR picture behind start codes', AV_CODEC_ID_H264, null, marked(sps, idr), true],
  ['H.265: an IDR picture', AV_CODEC_ID_HEVC, hvcC(4), measured(4, vps, idrAlone), true],
  ['H.265: an IDR picture with leading pictures', AV_CODEC_ID_HEVC, null, marked(vps, idrWithLeading), true],
  [
    'H.264: no recovery point, though containers call it a key frame',
    AV_CODEC_ID_H264,
    avcC(4),
    measured(4, sei, slice),
    false
  ],
  ['H.265: no picture of an open group', AV_CODEC_ID_HEVC, hvcC(4), measured(4, vps, cra), false],
  ['H.265: no picture that follows another', AV_CODEC_ID_HEVC, null, marked(trail), false],
  ['H.264: no packet without a picture', AV_CODEC_ID_H264, avcC(4), measured(4, sps, sei), false],
  ['H.264: no empty packet', AV_CODEC_ID_H264, avcC(4), Buffer.alloc(0), false],
  ['H.264: no packet that is cut off', AV_CODEC_ID_H264, avcC(4), measured(4, sei, idr).subarray(0, 6), false]
]
for (const [rule, codec, header, packet, fresh] of cases) {
  test(`a fresh start is ${rule}`, () => strictEqual(freshStartOf(codec, header)!(packet), fresh))
}

test('codecs whose packets do not tell have no fresh starts', () => {
  strictEqual(freshStartOf(AV_CODEC_ID_VP9, null), undefined)
})

test('parameters are those before the first slice, and nothing that stands among them', () => {
  const other = [0x67, 2]
  const of = (...units: readonly number[][]) => parametersOf(AV_CODEC_ID_H264, marked(...units))
  strictEqual(of(sps, sei, idr), of(sps, [6, 5, 2], idr, other))
  notStrictEqual(of(sps, idr), of(other, idr))
  strictEqual(of(idr), '')
  const h265 = (...units: readonly number[][]) => parametersOf(AV_CODEC_ID_HEVC, marked(...units))
  notStrictEqual(h265(vps, idrAlone), h265([64, 2], idrAlone))
})
