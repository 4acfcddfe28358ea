import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Calibration } from '../../src/measures/calibration.ts'
import type { Spot } from '../../web/src/drawing/shape.ts'
import { gridOf, groundMap } from '../../web/src/pages/stream/editor/ground.ts'

/** A road that goes away from the camera: what is farther is narrower, and higher up. */
const places = [
  { image: [0.1, 0.9], world: [0, 0] },
  { image: [0.9, 0.9], world: [4, 0] },
  { image: [0.6, 0.4], world: [4, 20] },
  { image: [0.4, 0.4], world: [0, 20] }
] as const

test('GR1 the grid lies where the server puts the ground', () => {
  const map = groundMap(places)!
  const points = places.map(({ image, world }) => ({
    image: [...image] as [number, number],
    world: [...world] as [number, number]
  }))
  const calibration = new Calibration({ points }, 16 / 9)
  for (const [x, y] of [
    [0, 0],
    [2, 10],
    [4, 20],
    [1, 3],
    [6, 30]
  ] as const) {
    const [expected, found] = [calibration.toImage(x, y), map([x, y])!]
    ok(Math.hypot(expected[0] - found[0], expected[1] - found[1]) < 1e-6, `${x}, ${y}: ${found} and not ${expected}`)
  }
})

test('GR2 places on one line determine no ground', () => {
  const on = [0, 1, 2, 3].map(at => ({ image: [0.1 * at, 0.5] as Spot, world: [at, 0] as Spot }))
  strictEqual(groundMap(on), undefined)
  strictEqual(groundMap(places.slice(0, 3)), undefined)
})

test('GR3 what is behind the camera is nowhere', () => strictEqual(groundMap(places)!([2, -1000]), undefined))

test('GR4 a grid has squares of a width that is easy to say, and few enough to see', () => {
  const grid = gridOf(places)!
  strictEqual(grid.metres, 2)
  ok(grid.lines.length < 30)
  deepStrictEqual(
    grid.lines.every(line => line.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))),
    true
  )
})
