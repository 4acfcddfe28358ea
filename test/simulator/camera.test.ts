import { ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { applied, groundHomography, inverse, lookAt, project } from '../../src/simulator/camera.ts'

const camera = lookAt([5, -60, 17], [10, 2, 0], 1500, 1280, 720)

function near(actual: number, expected: number, tolerance: number): void {
  ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`)
}

test('C1 what the camera looks at is in the middle of the picture', () => {
  const { u, v } = project(camera, 10, 2, 0)
  near(u, 640, 1e-9)
  near(v, 360, 1e-9)
})

test('C2 pixels grow to the right and downwards', () => {
  const middle = project(camera, 10, 2, 0)
  ok(project(camera, 11, 2, 0).u > middle.u)
  ok(project(camera, 10, 2, 1).v < middle.v)
  ok(project(camera, 10, 3, 0).v < middle.v)
})

test('C3 an upright stick of one metre is as tall as focal length over distance', () => {
  const level = lookAt([0, -20, 1.5], [0, 0, 1.5], 1000, 1280, 720)
  near(project(level, 0, 0, 0).v - project(level, 0, 0, 1).v, 50, 1e-9)
})

test('C4 the homography says the same as the camera, and its inverse leads back', () => {
  const homography = groundHomography(camera)
  strictEqual(homography[8], 1)
  for (const [x, y] of [
    [0, 0],
    [-30, 20],
    [44, -33]
  ] as const) {
    const { u, v } = project(camera, x, y, 0)
    const pixel = applied(homography, x, y)
    near(pixel[0], u, 1e-6)
    near(pixel[1], v, 1e-6)
    const [backX, backY] = applied(inverse(homography), u, v)
    near(backX, x, 1e-6)
    near(backY, y, 1e-6)
  }
})
