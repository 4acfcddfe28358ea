import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type Calm, QuietStretches } from '../../src/media/quiet-stretches.ts'

const format = { codec: 'h264', parameterSets: Buffer.alloc(0) } as const
const pixels = 640 * 360

/** A unit of H.264 of so many bytes: an IDR picture, or one that needs those before it. */
const unit = (bytes: number, isKey = false) => {
  const data = Buffer.alloc(bytes)
  data.set([0, 0, 0, 1, isKey ? 0x65 : 0x41])
  return { data, isKey }
}

/** A camera with groups of ten, which has been still for so many of them, each unit of which gave its picture at once. */
function settled(groups = 6, decodeMs = 1): QuietStretches {
  const stretches = new QuietStretches(format, pixels)
  for (let group = 0; group < groups; group++)
    for (let place = 0; place < 10; place++) {
      const next = place === 0 ? unit(9000, true) : unit(80)
      stretches.mayPutOff(next, 'still')
      stretches.decoded(next, true, decodeMs)
    }
  return stretches
}

/** Sizes of what comes behind a key frame, and which of it is put off. */
const putOff = (stretches: QuietStretches, sizes: readonly number[], calm: Calm = 'still') => {
  equal(stretches.mayPutOff(unit(9000, true), calm), false)
  return sizes.map(bytes => stretches.mayPutOff(unit(bytes), calm))
}

test('Q1 once it is known how small units are while nothing moves, such ones are put off', () => {
  deepStrictEqual(putOff(settled(), [80, 85, 78, 90]), [true, true, true, true])
  ok(putOff(settled(2), [80, 80]).every(isPutOff => !isPutOff))
})

test('Q2 the first that is larger is decoded, and so is everything up to the next key frame', () => {
  const stretches = settled()
  deepStrictEqual(putOff(stretches, [80, 80, 900, 80, 80]), [true, true, false, false, false])
  deepStrictEqual(putOff(stretches, [80, 80]), [true, true])
})

test('Q3 while something moves nothing is put off, and nothing learned', () => {
  const stretches = settled(7)
  for (let group = 0; group < 6; group++) ok(putOff(stretches, Array(9).fill(400), 'moving').every(each => !each))
  deepStrictEqual(putOff(stretches, [80, 80, 400]), [true, true, false])
})

test('Q4 what cannot be made up for in time is decoded', () => {
  ok(putOff(settled(6, 40), Array(9).fill(80)).every(isPutOff => !isPutOff))
  const long = settled()
  equal(putOff(long, Array(90).fill(80)).filter(Boolean).length, 63)
})

test('Q5 nothing is put off where a key frame is no fresh start, or pictures come later than their units', () => {
  const open = settled()
  const gradual = unit(9000, true)
  gradual.data[4] = 0x41
  open.mayPutOff(gradual, 'still')
  equal(open.mayPutOff(unit(80), 'still'), false)
  const reordered = settled()
  reordered.decoded(unit(80), false, 1)
  ok(putOff(reordered, [80, 80]).every(isPutOff => !isPutOff))
  const other = new QuietStretches({ ...format, codec: 'mjpeg' }, pixels)
  equal(other.mayPutOff(unit(80, true), 'still'), false)
})

test('Q6 pictures that are noisy tell nothing by their sizes', () => {
  const stretches = new QuietStretches(format, pixels)
  for (let group = 0; group < 6; group++)
    for (let place = 0; place < 10; place++) {
      const next = place === 0 ? unit(9000, true) : unit(5000)
      stretches.mayPutOff(next, 'still')
      stretches.decoded(next, true, 1)
    }
  ok(putOff(stretches, [5000, 5000]).every(isPutOff => !isPutOff))
})

test('Q7 a stream that is joined in the middle of a group is as any other', () => {
  const stretches = new QuietStretches(format, pixels)
  for (let place = 0; place < 30; place++) {
    equal(stretches.mayPutOff(unit(80), 'still'), false)
    stretches.decoded(unit(80), true, 1)
  }
  for (let group = 0; group < 4; group++) putOff(stretches, Array(9).fill(80))
  deepStrictEqual(putOff(stretches, [80, 80]), [true, true])
})

test('Q8 nobody waits for a look at a key frame: what is behind it is put off until something is seen to move', () => {
  const stretches = settled(7)
  deepStrictEqual(putOff(stretches, [80, 80], 'unseen'), [true, true])
  equal(stretches.mayPutOff(unit(80), 'moving'), false)
  equal(stretches.mayPutOff(unit(80), 'unseen'), false)
})

test('Q9 nothing is learned of a group whose pictures were not all looked at', () => {
  const stretches = settled(7)
  for (let group = 0; group < 6; group++) putOff(stretches, Array(9).fill(400), 'unseen')
  deepStrictEqual(putOff(stretches, [80, 400]), [true, false])
})
