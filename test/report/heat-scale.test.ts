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

test('scale: who stands in one place for 4.9 s makes it end at 4.9 s, however far the heat is blurred', () => {
  const field = heatField(grid([40, 30, 4900], [41, 30, 200], [42, 31, 100]), columns * 5, rows * 5)
  strictEqual(scaleEnd(field, { describe: durationText }), '4.9 s')
})

test('scale: it ends at what a cell of the hottest place has; a longer stay of one alone makes it “or more”', () => {
  const crowd = Array.from({ length: 100 }, (_, cell) => [10 + (cell % 10), 10 + Math.floor(cell / 10), 2000] as const)
  const field = heatField(grid(...crowd, [70, 40, 5000]), columns, rows)
  deepStrictEqual([field.peak, field.isCut], [2000, true])
  strictEqual(scaleEnd(field, { describe: durationText }), '2.0 s or more')
})

test('scale: hours in one place are cut, and the scale says so', () => {
  const walk = Array.from({ length: 900 }, (_, cell) => [5 + (cell % 90), 20 + Math.floor(cell / 90), 100] as const)
  const field = heatField(grid(...walk, [50, 25, 7_200_000]), columns, rows)
  deepStrictEqual([field.peak, field.isCut], [100, true])
})

test('scale: the hottest place is drawn as 1, whatever it stands for', () => {
  const { values } = heatField(grid([40, 30, 4900]), columns, rows)
  ok(Math.abs(Math.max(...values) - 1) < 1e-6)
})

test('scale: without anybody, or without a unit, it has no number', () => {
  strictEqual(scaleEnd(heatField(grid(), 10, 10), { describe: durationText }), 'nothing seen')
  strictEqual(scaleEnd(heatField(grid([3, 3, 10]), 10, 10), {}), 'more')
})
