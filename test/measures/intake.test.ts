import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TrackColumns } from '../../src/core/columns.ts'
import { EndedIds } from '../../src/measures/ended-ids.ts'
import { Intake } from '../../src/measures/intake.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { frameOf, labels } from './walk.ts'

type Row = readonly [id: number, x: number, y: number, w: number, h: number, score: number]
const good: Row = [7, 0.4, 0.4, 0.1, 0.2, 0.9]

function frameWith(...given: readonly Row[]): TrackFrame {
  const rows = new TrackColumns()
  for (const [id, x, y, w, h, score] of given) rows.pushTrack(id, true, x, y, w, h, score, 0)
  return { frame: 0, ptsMs: 0, outcome: 'analysed', rows, ended: [], labels }
}

function idsAfter(...frames: readonly TrackFrame[]): number[] {
  const intake = new Intake(1)
  let ids: number[] = []
  for (const frame of frames) {
    const { rows } = intake.take(frame)
    ids = [...rows.trackIds.subarray(0, rows.count)]
    intake.settle()
  }
  return ids
}

const senseless: readonly (readonly [string, Row])[] = [
  ['a place that is no number', [8, Number.NaN, 0.4, 0.1, 0.2, 0.9]],
  ['a place without end', [8, 0.4, Number.POSITIVE_INFINITY, 0.1, 0.2, 0.9]],
  ['a size that is no number', [8, 0.4, 0.4, Number.NaN, 0.2, 0.9]],
  ['a negative width', [8, 0.4, 0.4, -0.1, 0.2, 0.9]],
  ['a height of 0', [8, 0.4, 0.4, 0.1, 0, 0.9]],
  ['a score that is no number', [8, 0.4, 0.4, 0.1, 0.2, Number.NaN]],
  ['a box many frames away', [8, 1e6, 0.4, 0.1, 0.2, 0.9]],
  ['an id of 0', [0, 0.4, 0.4, 0.1, 0.2, 0.9]]
]
for (const [what, row] of senseless) {
  test(`B1 passed over: ${what}`, () => deepStrictEqual(idsAfter(frameWith(row, good)), [7]))
}

test('B2 of two rows for one track the first counts', () => {
  const intake = new Intake(1)
  const { rows } = intake.take(frameWith(good, [7, 0.1, 0.1, 0.1, 0.2, 0.9]))
  deepStrictEqual([rows.count, rows.boxes[0]], [1, 0.4])
})

test('B3 an id whose track is over is passed over', () => {
  deepStrictEqual(idsAfter(frameWith(good), { ...frameWith(), ended: [7] }, frameWith(good)), [])
})

test('B4 rows that were passed over are counted', () => {
  const intake = new Intake(1)
  intake.take(frameWith(...senseless.map(([, row]) => row), good))
  strictEqual(intake.ignoredRows, senseless.length)
})

test('B5 ten thousand boxes are measured', () => {
  const many = Array.from({ length: 10_000 }, (_, i): Row => [i + 1, 0.4, 0.4, 0.1, 0.2, 0.9])
  strictEqual(idsAfter(frameWith(...many)).length, 10_000)
})

test('B6 with ever new ids that never end, those unseen for longest make room', () => {
  const intake = new Intake(1)
  for (let frame = 0; frame < 30; frame++) {
    const rows = Array.from({ length: 1000 }, (_, i): Row => [frame * 1000 + i + 1, 0.4, 0.4, 0.1, 0.2, 0.9])
    strictEqual(intake.take({ ...frameWith(...rows), ptsMs: frame * 40 }).rows.count, 1000)
    intake.settle()
  }
  ok(intake.tracks.live <= 16_384)
  ok(intake.tracks.capacity <= 32_768)
})

test('T1 the clock adds up the steps between frames', () => {
  const intake = new Intake(1)
  const clock = [100, 140, 300].map(ptsMs => intake.take(frameOf(0, [], { ptsMs })).clockMs)
  deepStrictEqual(clock, [0, 40, 200])
})

test('T2 a step backwards takes no time, and the next is measured from there', () => {
  const intake = new Intake(1)
  const clock = [100, 140, 90, 130].map(ptsMs => intake.take(frameOf(0, [], { ptsMs })).clockMs)
  deepStrictEqual(clock, [0, 40, 40, 80])
})

test('T2 a time that is no number is that of the frame before', () => {
  const intake = new Intake(1)
  const clock = [100, Number.NaN, 140].map(ptsMs => intake.take(frameOf(0, [], { ptsMs })).clockMs)
  deepStrictEqual([...clock, intake.ptsMs], [0, 0, 40, 140])
})

test('T3 a jump of more than ten minutes either way is a break', () => {
  const intake = new Intake(1)
  const breaks = [0, 600_000, 1_200_001, 0].map(ptsMs => intake.take(frameOf(0, [], { ptsMs })).isBreak)
  deepStrictEqual(breaks, [false, false, true, true])
})

test('B3 ended ids are remembered as runs, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 })), ids => {
      const ended = new EndedIds()
      for (const id of ids) ended.add(id)
      for (let id = 1; id <= 60; id++) strictEqual(ended.has(id), ids.includes(id))
    })
  )
})
