import { ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CalibrationDefinition } from '../../src/contract/measure-definition.ts'
import { Calibration } from '../../src/measures/calibration.ts'
import { project } from '../../src/measures/homography.ts'
import { realClip } from '../support/material.ts'
import { readTruth } from './ground-truth.ts'

type Pairs = CalibrationDefinition['points']

/** A camera that looks down a street: rows of the picture are farther apart the higher they are. */
const street = [8, 2, -3, 0.5, -12, 14, 0.1, -1.2, 1.6]
const seen = (x: number, y: number): Pairs[number] => ({ image: [x, y], world: project(street, x, y) })
const corners = [seen(0.1, 0.2), seen(0.9, 0.25), seen(0.95, 0.9), seen(0.05, 0.95)]

test('C1 four pairs determine the ground exactly', () => {
  const calibration = new Calibration({ points: corners }, 16 / 9)
  const [x, y] = calibration.toGround(0.5, 0.5)!
  const [trueX, trueY] = project(street, 0.5, 0.5)
  ok(Math.hypot(x - trueX, y - trueY) < 1e-9)
  ok(calibration.error.maxMetres < 1e-9)
})

test('C1 any camera is found again from six places, and back', () => {
  const small = fc.double({ min: -0.4, max: 0.4, noNaN: true })
  const scale = fc.double({ min: 2, max: 60, noNaN: true })
  fc.assert(
    fc.property(fc.tuple(small, small, small, small, scale, scale), ([a, b, p, q, sx, sy]) => {
      const camera = [sx, a * sx, 3, b * sy, sy, -7, p, q, 1]
      const points = [...corners.map(pair => pair.image), [0.5, 0.4], [0.3, 0.7]].map(([x, y]) => {
        return { image: [x!, y!] as [number, number], world: project(camera, x!, y!) }
      })
      const calibration = new Calibration({ points }, 1.5)
      const ground = calibration.toGround(0.6, 0.6)!
      const [x, y] = project(camera, 0.6, 0.6)
      ok(Math.hypot(ground[0] - x, ground[1] - y) < 1e-6 * sx)
      const [backX, backY] = calibration.toImage(...ground)
      ok(Math.hypot(backX - 0.6, backY - 0.6) < 1e-6)
    })
  )
})

test('C2 a place that is off shows in the error, in metres and in the picture', () => {
  const points = [...corners, { ...seen(0.5, 0.5), world: project(street, 0.5, 0.52) }]
  const { error } = new Calibration({ points }, 16 / 9)
  ok(error.maxMetres > 0.03 && error.rmsHeights > 0.002 && error.rmsHeights < 0.02, JSON.stringify(error))
})

test('C3 what lies at or above the horizon is nowhere on the ground', () => {
  const calibration = new Calibration({ points: corners }, 16 / 9)
  const horizon = (0.1 * 0.5 + 1.6) / 1.2
  strictEqual(calibration.toGround(0.5, horizon + 0.1), undefined)
})

const wrong: readonly (readonly [string, Pairs])[] = [
  ['three pairs', corners.slice(0, 3)],
  ['a number that is none', [...corners.slice(0, 3), { image: [Number.NaN, 0], world: [0, 0] }]],
  ['places on one line', [seen(0.1, 0.5), seen(0.3, 0.5), seen(0.6, 0.5), seen(0.9, 0.9)]],
  ['one place four times', corners.map(() => corners[0]!)]
]
for (const [what, points] of wrong) {
  test(`C4 refused: ${what}`, () => {
    throws(() => new Calibration({ points }, 16 / 9), { code: 'SL_OPTION_INVALID', message: /at least 4|determine/ })
  })
}

test('C4 refused: a picture turned inside out, which puts the horizon between the points', () => {
  const [a, b, c, d] = corners as [Pairs[number], Pairs[number], Pairs[number], Pairs[number]]
  const points = [a, { ...b, world: c.world }, { ...c, world: b.world }, d]
  throws(() => new Calibration({ points }, 16 / 9), { code: 'SL_OPTION_INVALID', message: /horizon/ })
})

for (const [name, medianMetres] of [
  ['PETS09-S2L1', 0.03],
  ['TUD-Stadtmitte', 0.06]
] as const) {
  const truth = realClip(`mot/MOT15/${name}/gt/gt.txt`)
  test(`C5 ${name}: feet and true places fit within a median of ${medianMetres} m`, { skip: truth.skip }, () => {
    const { rows, aspect } = readTruth(truth.path)
    const points = rows.slice(0, 1000).map(({ feet, world }) => ({ image: feet, world }))
    ok(new Calibration({ points }, aspect).error.medianMetres <= medianMetres)
  })
}
