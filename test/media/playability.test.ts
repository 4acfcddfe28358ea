import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import { LiveEncoder } from '../../src/media/live-encoder.ts'
import { nalUnits } from '../../src/media/nal-units.ts'
import { needsReencoding, Playability } from '../../src/media/playability.ts'
import { saysRecoveryPoint } from '../../src/media/recovery-point.ts'
import type { SourceCodec } from '../../src/media/sources/source.ts'
import { clipUnits } from '../support/clip-units.ts'
import type { ClipOptions } from '../support/make-clip.ts'
import { realClip } from '../support/material.ts'
import { unitsOfClip } from '../support/units-of-clip.ts'

const format = (codec: SourceCodec, parameterSets: Buffer = Buffer.alloc(0)) => ({ codec, parameterSets })

const cases: readonly [rule: string, codec: SourceCodec, ending: string, options: ClipOptions, reason?: RegExp][] = [
  ['W1 H.264 is played', 'h264', '.ts', { codec: 'h264' }],
  ['W2 VP8 is played', 'vp8', '.webm', { codec: 'vp8' }],
  ['W3 VP9 is played', 'vp9', '.webm', { codec: 'vp9' }],
  ['W4 AV1 is played', 'av1', '.mkv', { codec: 'av1' }],
  ['W5 H.265 is not', 'hevc', '.ts', { codec: 'h265' }, /H\.265/],
  ['W6 motion JPEG is not', 'mjpeg', '.mkv', { codec: 'mjpeg' }, /motion JPEG/],
  ['W7 B-frames are not', 'h264', '.ts', { codec: 'h264', bFrames: 2 }, /B-frames/],
  ['W8 10 bits are not', 'h264', '.ts', { codec: 'h264', bits: 10 }, /10 bits/],
  ['W9 4:4:4 is not', 'h264', '.ts', { codec: 'h264', width: 161 }, /4:4:4/]
]
for (const [rule, codec, ending, options, reason] of cases) {
  test(rule, async () => {
    const said = needsReencoding(format(codec), await clipUnits({ frames: 12, ...options }, ending))
    if (reason) match(said ?? 'nothing', reason)
    else strictEqual(said, undefined)
  })
}

test('W10 B-frames are seen by their slices where the parameters say nothing', async () => {
  const units = await clipUnits({ codec: 'h264', frames: 12, bFrames: 2 })
  const sets = units.map(unit => ({ ...unit, data: withoutUsability(unit.data) }))
  const playability = new Playability(format('h264'))
  strictEqual(playability.look(sets[0]!), undefined)
  match(sets.map(unit => playability.look(unit)).at(-1) ?? 'nothing', /B-frames/)
})

test('W11 parameters from apart are enough', async () => {
  const [first] = await clipUnits({ codec: 'h264', frames: 5, bFrames: 2 })
  match(needsReencoding(format('h264', first!.data), []) ?? 'nothing', /B-frames/)
})

test('W12 a source that begins to send something else is judged anew', async () => {
  const playability = new Playability(format('hevc'))
  const [first] = await clipUnits({ codec: 'h264', frames: 1 })
  strictEqual(playability.look({ ...first!, format: format('h264') }), undefined)
})

test('W13 garbage is nothing against a source', () => {
  const units = ['', '000001', '00000167', '00000167ffffffffffffffffff', '0000016742'].map(data => ({
    data: Buffer.from(data, 'hex'),
    isKey: true
  }))
  deepStrictEqual(
    units.map(unit => needsReencoding(format('h264'), [unit])),
    units.map(() => undefined)
  )
})

test('W14 what our own encoder makes is played', async () => {
  const units = await clipUnits({ codec: 'h265', frames: 3 })
  await using decoder = new LiveDecoder(format('hevc'))
  await using encoder = new LiveEncoder()
  const playability = new Playability(format('h264'))
  let seen = 0
  for (const unit of units) {
    for (const { frame } of await decoder.decode(unit)) {
      using _ = frame
      strictEqual(playability.look(await encoder.encode(frame)), undefined)
      seen++
    }
  }
  strictEqual(seen, 3)
})

test('W16 what has to be turned upright is not played', async () => {
  const units = await clipUnits({ frames: 12 })
  const playability = new Playability({ ...format('h264'), rotation: 90 })
  match(playability.look(units[0]!) ?? 'nothing', /on their side/)
  strictEqual(playability.look({ ...units[0]!, format: format('h264') }), undefined)
})

const real = realClip('videos/intel_one-by-one-person-detection.mp4')
test('W15 a real clip with B-frames is not played', { skip: real.skip }, async () => {
  match(needsReencoding(format('h264'), (await unitsOfClip(real.path)).slice(0, 10)) ?? 'nothing', /B-frames/)
})

/** The picture with another sequence parameter set: Main profile, 160×128, any order, no usability information. */
function withoutUsability(picture: Buffer): Buffer {
  return Buffer.concat(
    nalUnits(picture).flatMap(unit => [
      Buffer.from('00000001', 'hex'),
      (unit[0]! & 31) === 7 ? Buffer.from('674d001ef6142320', 'hex') : unit
    ])
  )
}

test('W17 pictures that are renewed bit by bit are not played: browsers begin with a whole one', async () => {
  const clip = await clipUnits({
    ...{ codec: 'h264', width: 96, height: 64, frames: 40, gop: 10 },
    encoderOptions: { 'x264-params': 'intra-refresh=1:scenecut=0' }
  })
  const mayBegin = (unit: Buffer) => (unit[0]! & 31) === 5 || ((unit[0]! & 31) === 6 && saysRecoveryPoint(unit))
  const units = clip.map(unit => ({ ...unit, isKey: nalUnits(unit.data).some(mayBegin) }))
  match(needsReencoding(format('h264'), units) ?? 'nothing', /bit by bit/)
})

test('W19 whole pictures that are no IDR pictures are', async () => {
  const units = (await clipUnits({ codec: 'h264', width: 96, height: 64, frames: 40, gop: 10 })).filter(
    unit => unit.isKey
  )
  const whole = units.map(unit => ({ ...unit, data: withoutIdr(unit.data) }))
  strictEqual(needsReencoding(format('h264'), whole), undefined)
})

test('W18 what looks like a key frame since one was lost is nothing against a source', async () => {
  const units = await clipUnits({ codec: 'h264', width: 96, height: 64, frames: 40, gop: 10 })
  const [whole, other] = [units.filter(({ isKey }) => isKey), units.find(({ isKey }) => !isKey)!]
  const torn = { ...other, isKey: true }
  strictEqual(needsReencoding(format('h264'), [whole[0]!, torn, whole[1]!, torn, whole[2]!, torn]), undefined)
})

/** The same picture as one that is no IDR picture, as far as the beginning of its slices goes. */
function withoutIdr(picture: Buffer): Buffer {
  const bytes = Buffer.from(picture)
  for (const unit of nalUnits(bytes)) if ((unit[0]! & 31) === 5) unit[0] = (unit[0]! & ~31) | 1
  return bytes
}
