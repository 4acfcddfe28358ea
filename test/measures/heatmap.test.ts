import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Heatmap, type HeatWeight } from '../../src/measures/heatmap.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { Alone, frameOf } from './walk.ts'

const centre = { x: 0.5, y: 0.5 }
const corner = { x: 0.1, y: 0.1 }

function heat(frames: readonly TrackFrame[], weight: HeatWeight = 'presence'): number[] {
  const heatmap = new Heatmap({ aspect: 2, columns: 4 })
  new Alone(heatmap, 2).feed(...frames)
  return [...heatmap.grid(weight).values]
}

test('H1 a cell gathers the milliseconds for which somebody stood in it', () => {
  deepStrictEqual(
    heat([frameOf(0, [centre]), frameOf(1, [centre]), frameOf(3, [corner])]),
    [200, 0, 0, 0, 0, 0, 100, 0]
  )
})

test('H2 cells look square', () => {
  const { columns, rows } = new Heatmap({ aspect: 16 / 9 })
  deepStrictEqual({ columns, rows }, { columns: 96, rows: 54 })
})

test('H3 who stands still while frames are skipped is present', () => {
  strictEqual(heat([frameOf(0, [centre]), frameOf(1, [centre], { outcome: 'gated' })])[6], 100)
})

test('H4 a gap counts as one second at most', () => {
  strictEqual(heat([frameOf(0, [centre]), frameOf(500, [centre])])[6], 1000)
})

test('H4 time running backwards counts as nothing', () => {
  deepStrictEqual(heat([frameOf(5, [centre]), frameOf(1, [centre])]), new Array(8).fill(0))
})

test('H5 feet outside the frame count nowhere', () => {
  const outside = [
    { x: 0.5, y: 1.2 },
    { id: 8, x: -0.1, y: 0.5 }
  ]
  deepStrictEqual(heat([frameOf(0, []), frameOf(1, outside)]), new Array(8).fill(0))
})

test('H6 the dwell of a cell is its presence over the visits to it', () => {
  const frames = [centre, centre, centre, corner, centre, corner].map((foot, i) => frameOf(i, [foot]))
  const dwell = heat(frames, 'dwell')
  deepStrictEqual([dwell[6], dwell[0]], [150, 100])
})

test('H7 the speed of a cell is way over time, in heights of the frame a second', () => {
  const frames = [0.5, 0.55, 0.6].map((x, i) => frameOf(i, [{ x, y: 0.5 }]))
  const [speed] = heat(frames, 'speed').filter(value => value > 0)
  strictEqual(speed?.toFixed(6), '1.000000')
})

test('H7 a carried row has no speed', () => {
  const frames = [frameOf(0, [centre]), frameOf(1, [{ x: 0.6, y: 0.5 }], { outcome: 'skipped' })]
  deepStrictEqual(heat(frames, 'speed'), new Array(8).fill(0))
})
