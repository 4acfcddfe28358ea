import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type Calm, QuietStretches } from '../../src/media/quiet-stretches.ts'

const format = { codec: 'h264', parameterSets: Buffer.alloc(0) } as const
const pixels = 640 * 360

/** A unit of H.264 of so many bytes: an IDR picture, or one that needs those before it. */
const unit = (bytes: number, isKey = false, arrivedMs = 0) => {
  const data = Buffer.alloc(bytes)
  data.set([0, 0, 0, 1, isKey ? 0x65 : 0x41])
  return { data, isKey, arrivedMs }
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

/** Sizes of what comes behind a key frame that is decoded, and which of it is put off. */
const putOff = (stretches: QuietStretches, sizes: readonly number[], calm: Calm = 'still') => {
  equal(stretches.mayPutOff(unit(9000, true, Number.MAX_VALUE), calm), false)
  return sizes.map(bytes => stretches.mayPutOff(unit(bytes), calm))
}

/** Whether a second key frame is put off, which comes `afterMs` behind one that was decoded. */
function isKeyPutOff(key: Buffer, { afterMs = 1000, sizes = [80, 80], calm = 'still' as Calm, decodeMs = 1 } = {}) {
  const stretches = settled(7, decodeMs)
  stretches.mayPutOff(unit(9000, true, 100_000), 'still')
  for (const bytes of sizes) stretches.mayPutOff(unit(bytes), 'still')
  return stretches.mayPutOff({ data: key, isKey: true, arrivedMs: 100_000 + afterMs }, calm)
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

test('Q10 a key frame as large as ever, behind a group that was put off, is put off too, for five seconds', () => {
  const { data } = unit(9050, true)
  equal(isKeyPutOff(data), true)
  equal(isKeyPutOff(data, { afterMs: 4_900 }), true)
  equal(isKeyPutOff(data, { afterMs: 5_000 }), false)
})

test('Q11 a key frame of another size is decoded, and one behind what moved, was not looked at or was not put off', () => {
  equal(isKeyPutOff(unit(9200, true).data), false)
  equal(isKeyPutOff(unit(8800, true).data), false)
  const { data } = unit(9000, true)
  equal(isKeyPutOff(data, { calm: 'moving' }), false)
  equal(isKeyPutOff(data, { calm: 'unseen' }), false)
  equal(isKeyPutOff(data, { sizes: [80, 900] }), false)
  equal(isKeyPutOff(data, { sizes: [] }), false)
  equal(isKeyPutOff(data, { decodeMs: 70 }), false)
})

test('Q12 a key frame with other parameters is decoded', () => {
  const { data } = unit(9000, true)
  data.set([0, 0, 0, 1, 0x67, 0x42, 0, 0, 0, 1, 0x65])
  equal(isKeyPutOff(data), false)
})

test('Q13 what is behind a key frame that was put off is put off as ever, and nothing is learned of it', () => {
  const stretches = settled(7)
  for (let group = 0; group < 18; group++) {
    stretches.mayPutOff(unit(9000, true, 100_000 + group), 'still')
    // Slowly more, which the eye would not see and the median would follow.
    for (let place = 1; place < 10; place++) stretches.mayPutOff(unit(80 + 4 * group), 'still')
  }
  deepStrictEqual(putOff(stretches, [80, 260]), [true, false])
})

test('Q14 a machine that is busy for half a minute does not make decoding dearer: more would be decoded, and make it busier', () => {
  const stretches = settled(7)
  for (let place = 0; place < 300; place++) stretches.decoded(unit(80), true, 40)
  deepStrictEqual(putOff(stretches, [80, 80]), [true, true])
})
