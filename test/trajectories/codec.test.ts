import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { partFrames, partPoints, partSpanMs } from '../../src/trajectories/format.ts'
import { decoded, encoded, frameOf, plain, type Row, readerOf, walker } from './stored.ts'

const quantum = (low: number, high: number) =>
  fc.integer({ min: low * 4096, max: high * 4096 }).map(quanta => quanta / 4096)
const side = fc.integer({ min: 1, max: 16 * 4096 }).map(quanta => quanta / 4096)
const row = fc.record({
  id: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 2 ** 31 - 1 })),
  box: fc.tuple(quantum(-16, 16), quantum(-16, 16), side, side),
  score: fc.integer({ min: 0, max: 1000 }).map(thousandths => thousandths / 1000),
  classId: fc.oneof(fc.integer({ min: 0, max: 2 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  observed: fc.boolean()
})
const step = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(33, 34, 40) },
  fc.integer({ min: -100, max: 400 }),
  fc.integer({ min: -9e6, max: 9e6 })
)
/** Any tracks in any order; gated frames often show what was there before. */
const sequences = fc
  .array(
    fc.record({
      rows: fc.uniqueArray(row, { maxLength: 8, selector: ({ id }) => id }),
      keepsRows: fc.boolean(),
      outcome: fc.constantFrom<TrackFrame['outcome']>('analysed', 'gated', 'skipped'),
      step,
      frameStep: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 1e6 })),
      ended: fc.array(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { maxLength: 3 })
    }),
    { maxLength: 60 }
  )
  .map(steps => {
    let [frame, ptsMs] = [-1, 0]
    let rows: readonly Row[] = []
    return steps.map(({ keepsRows, outcome, step, frameStep, ended, ...given }) => {
      frame += frameStep
      ptsMs += step
      rows = keepsRows ? rows.map(row => ({ ...row, observed: false })) : given.rows
      return frameOf(frame, rows, { ptsMs, outcome, ended })
    })
  })

test('R1 any sequence of frames comes back as it was', () => {
  fc.assert(
    fc.property(sequences, fc.constantFrom(25, 29.97, 0.01, null), (frames, fps) => {
      const bytes = encoded(frames, { fps })
      strictEqual(readerOf(bytes).isCut, false)
      deepStrictEqual(decoded(bytes), frames.map(plain))
    }),
    { numRuns: 300 }
  )
})

test('R6 a part of the time gives the frames of that time', () => {
  fc.assert(
    fc.property(sequences, fc.integer(), fc.integer(), (frames, one, other) => {
      const range = { fromMs: Math.min(one, other), toMs: Math.max(one, other) }
      const wanted = frames.filter(({ ptsMs }) => ptsMs >= range.fromMs && ptsMs < range.toMs)
      deepStrictEqual(decoded(encoded(frames), range), wanted.map(plain))
    })
  )
})

test('the same frames give the same bytes', () => {
  const frames = walker(40)
  deepStrictEqual(encoded(frames), encoded(frames))
})

test('R3 the lowest and highest ids, and boxes sixteen frames away, are kept', () => {
  const rows: Row[] = [
    { id: 2 ** 31 - 1, box: [-16, 16, 16, 1 / 4096] },
    { id: 1, box: [16, -16, 1 / 4096, 16], score: 0, classId: -1 }
  ]
  const frames = [frameOf(0, rows), frameOf(1, rows.toReversed()), frameOf(2 ** 32 - 1, rows)]
  deepStrictEqual(decoded(encoded(frames)), frames.map(plain))
})

test('R3 rows that measures pass over are not stored', () => {
  const bad: Row[] = [
    { id: 1, box: [Number.NaN, 0, 0.5, 0.5] },
    { id: 2, box: [0, 0, 0, 0.5] },
    { id: 3, box: [0, 0, 0.5, -0.5] },
    { id: 4, box: [Number.POSITIVE_INFINITY, 0, 0.5, 0.5] },
    { id: 5, box: [0, 17, 0.5, 0.5] },
    { id: 6, box: [0, 0, 0.5, 0.5], score: Number.NaN },
    { id: 0, box: [0, 0, 0.5, 0.5] },
    { id: -7, box: [0, 0, 0.5, 0.5] }
  ]
  const good: Row = { id: 8, box: [0.25, 0.25, 0.5, 0.5] }
  const stored = decoded(encoded([frameOf(0, [...bad, good, { ...good, score: 0.5 }])]))
  deepStrictEqual(stored, [plain(frameOf(0, [good]))])
})

test('R4 a time that is no number is stored as that of the frame before', () => {
  const times = [Number.NaN, 40, Number.POSITIVE_INFINITY, 120]
  const frames = times.map((ptsMs, frame) => frameOf(frame, [], { ptsMs }))
  deepStrictEqual(
    decoded(encoded(frames)).map(({ ptsMs }) => ptsMs),
    [0, 40, 40, 120]
  )
})

test('R5 an hour of frames in which nothing moves takes next to nothing', () => {
  const rows: Row[] = Array.from({ length: 20 }, (_, at) => ({ id: at + 1, box: [at / 32, 0.25, 0.125, 0.5] }))
  const still = (frame: number) => frameOf(frame, rows, { outcome: frame % 250 === 0 ? 'analysed' : 'gated' })
  const hour = Array.from({ length: 90_000 }, (_, frame) => still(frame))
  const { length } = encoded(hour)
  ok(length < 90_000, `${length} bytes`)
})

test('a part ends after a minute, after 16,384 points or frames', () => {
  const byTime = readerOf(encoded(walker(2 * (partSpanMs / 40) + 1))).parts
  deepStrictEqual(
    byTime.map(({ minPtsMs }) => minPtsMs),
    [0, partSpanMs, 2 * partSpanMs]
  )
  const rows = Array.from({ length: 1000 }, (_, at): Row => ({ id: at + 1, box: [0, 0, 0.5, 0.5] }))
  const byPoints = readerOf(encoded(Array.from({ length: 20 }, (_, frame) => frameOf(frame, rows)))).parts
  deepStrictEqual(
    byPoints.map(({ points }) => points),
    [Math.floor(partPoints / 1000) * 1000, 4000]
  )
  const standing = Array.from({ length: partFrames + 1 }, (_, frame) => frameOf(frame, [], { ptsMs: 0 }))
  deepStrictEqual(
    readerOf(encoded(standing)).parts.map(({ frames }) => frames),
    [partFrames, 1]
  )
})

test('a frame of 20,000 boxes is one part', () => {
  const rows = Array.from({ length: 20_000 }, (_, at): Row => ({ id: at + 1, box: [(at % 64) / 64, 0, 0.5, 0.5] }))
  const frames = [frameOf(0, rows), frameOf(1, rows.toReversed())]
  deepStrictEqual(decoded(encoded(frames)), frames.map(plain))
})

test('a stream without frames is a whole file without parts', () => {
  const reader = readerOf(encoded([]))
  deepStrictEqual([reader.parts, reader.isCut], [[], false])
})

test('the bytes of version 1 are those of docs/spec/trajectories.md, for ever', () => {
  const rows: Row[] = [
    { id: 7, box: [0.25, 0.5, 0.125, 0.25], score: 0.5, classId: 1 },
    { id: 3, box: [-1 / 4096, 0, 1, 1], score: 1, observed: false }
  ]
  const carried = rows.map(row => ({ ...row, observed: false }))
  const frames = [
    frameOf(0, rows),
    frameOf(1, carried, { outcome: 'gated' }),
    frameOf(2, [rows[1]!, rows[0]!], { ptsMs: 81, ended: [5, 9] })
  ]
  const head = '{"stream":"a","epoch":2,"width":64,"height":48,"fps":25,"labels":["cat"],"wallTime":null}'
  const bytes = [
    '534c54521a0a 0100', // Prefix.
    `48454144 59000000 100d4e02 ${Buffer.from(head).toString('hex')}`,
    '50415254 5d000000 3214224f',
    '0000000000000000 0000000000405440 03000000 04000000', // From 0 to 81 ms, 3 frames, 4 points.
    '00010202 00020201 000106010501', // Numbers 0 1 2, times 0 40 80+1, outcomes analysed held analysed.
    '01 02 02 0a08', // One ending, in frame 2: 5 and 9.
    '02 0e 02 00 02 8010 8020 8008 8010 e807 0000000000', // Track 7, of class 1.
    '07 02 02 00 0202 01 00 8040 8040 d00f 0000000000', // Track 3, odd twice.
    '02 00 00 02 00 00 02 01 00 01 01', // Both come; after two frames the first moves to the end.
    '494e4458 24000000 3c42237b',
    '5d000000 0000000000000000 0000000000405440 03000000 04000000 30000000 52544c53'
  ]
  const hex = bytes.join('').replaceAll(' ', '')
  strictEqual(Buffer.from(encoded(frames, JSON.parse(head))).toString('hex'), hex)
  deepStrictEqual(decoded(Buffer.from(hex, 'hex')), frames.map(plain))
})
