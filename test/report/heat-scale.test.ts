import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import { test } from 'node:test'
import { heatField, type PresenceGrid } from '../../src/report/heat-field.ts'
import { scaleEnd } from '../../src/report/heatmap-picture.ts'
import { durationText } from '../../src/report/time-text.ts'

const [columns, rows] = [96, 54]

/** Milliseconds by `[column, row]`. */
function grid(...places: readonly (readonly [column: number, row: number, ms: number])[]): PresenceGrid {
  const values = new Float64Array(columns * rows)
  for (const [column, row, ms] of places) values[row * columns + column] = ms
  return { columns, rows, values }
}

const field = (of: PresenceGrid, quantity: 'amount' | 'rate' = 'amount') => heatField(of, quantity, columns, rows)

test('scale: who stands in one place for 4.9 s makes it end at 4.9 s, though boxes tremble over cells', () => {
  const stood = grid([40, 30, 2300], [41, 30, 1400], [40, 31, 900], [42, 31, 300], [60, 40, 200])
  strictEqual(scaleEnd(field(stood), { describe: durationText }), '4.9 s')
})

test('scale: a rate is the highest of the hottest place, never a sum', () => {
  const visits = grid([40, 30, 2300], [41, 30, 1400], [40, 31, 900])
  deepStrictEqual([field(visits, 'rate').peak, field(visits, 'rate').isCut], [2300, false])
})

test('scale: a higher rate of one cell alone, drawn as a small place, makes it “or more”', () => {
  const crowd = Array.from({ length: 100 }, (_, cell) => [10 + (cell % 10), 10 + Math.floor(cell / 10), 2000] as const)
  const slow = field(grid(...crowd, [70, 40, 5000]), 'rate')
  strictEqual(scaleEnd(slow, { describe: durationText }), '2.0 s or more')
})

test('scale: hours in one place are cut, and the scale says so', () => {
  const walk = Array.from({ length: 900 }, (_, cell) => [5 + (cell % 90), 20 + Math.floor(cell / 90), 100] as const)
  const { peak, isCut } = field(grid(...walk, [50, 25, 7_200_000]))
  ok(peak < 5000 && isCut, `${peak}, ${isCut}`)
})

test('scale: a place at the edge of the picture ends there', () => {
  const corner = grid([0, 0, 1000], [columns - 1, 0, 1000], [0, 1, 500])
  strictEqual(field(corner).peak, 1500)
})

test('scale: the hottest place is drawn as 1, whatever it stands for', () => {
  const { values } = field(grid([40, 30, 4900]))
  ok(Math.abs(Math.max(...values) - 1) < 1e-6)
})

test('scale: without anybody, or without a unit, it has no number', () => {
  strictEqual(scaleEnd(field(grid()), { describe: durationText }), 'nothing seen')
  strictEqual(scaleEnd(field(grid([3, 3, 10])), {}), 'more')
})
