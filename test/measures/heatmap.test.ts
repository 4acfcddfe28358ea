import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Heatmap } from '../../src/measures/heatmap.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { frameOf } from './walk.ts'

const centre = { x: 0.5, y: 0.5 }

function presence(frames: readonly TrackFrame[]): number[] {
  const heatmap = new Heatmap({ aspect: 2, columns: 4 })
  for (const frame of frames) heatmap.process(frame)
  return [...heatmap.grid().values]
}

test('H1 a cell gathers the milliseconds for which somebody stood in it', () => {
  const frames = [frameOf(0, [centre]), frameOf(1, [centre]), frameOf(3, [{ x: 0.1, y: 0.1 }])]
  deepStrictEqual(presence(frames), [200, 0, 0, 0, 0, 0, 100, 0])
})

test('H2 cells look square', () => {
  const { columns, rows } = new Heatmap({ aspect: 16 / 9 })
  deepStrictEqual({ columns, rows }, { columns: 96, rows: 54 })
})

test('H3 who stands still while frames are skipped is present', () => {
  const frames = [frameOf(0, [centre]), frameOf(1, [centre], { outcome: 'gated' })]
  strictEqual(presence(frames)[6], 100)
})

test('H4 a gap counts as one second at most', () => {
  strictEqual(presence([frameOf(0, [centre]), frameOf(500, [centre])])[6], 1000)
})

test('H4 time running backwards counts as nothing', () => {
  deepStrictEqual(presence([frameOf(5, [centre]), frameOf(1, [centre])]), new Array(8).fill(0))
})

test('H5 feet outside the frame count nowhere', () => {
  const frames = [
    frameOf(0, []),
    frameOf(1, [
      { x: 0.5, y: 1.2 },
      { x: -0.1, y: 0.5 }
    ])
  ]
  deepStrictEqual(presence(frames), new Array(8).fill(0))
})
