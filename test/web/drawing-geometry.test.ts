import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import {
  apart,
  isInside,
  nearestEdge,
  pixelsOf,
  placeOf,
  rectangle,
  shifted,
  spotAt,
  straightened,
  wayIn
} from '../../web/src/drawing/geometry.ts'
import type { Spot } from '../../web/src/drawing/shape.ts'

const aspect = 16 / 9

test('G1 distances are as they look: a tenth of the width is more than a tenth of the height', () => {
  strictEqual(apart([0, 0], [0, 0.1], aspect), 0.1)
  ok(Math.abs(apart([0, 0], [0.1, 0], aspect) - 0.1 * aspect) < 1e-12)
})

test('G2 in is to the right of who walks the line: below one that is drawn from left to right', () => {
  const side = wayIn(
    [
      [0.2, 0.5],
      [0.8, 0.5]
    ],
    aspect
  )
  deepStrictEqual(side?.from, [0.5, 0.5])
  ok(Math.abs(side.way[0]) < 1e-12)
  strictEqual(side.way[1], 1)
})

test('G3 the side of a line is said at the middle of its longest edge, as long as it looks', () => {
  const line: Spot[] = [
    [0.1, 0.1],
    [0.1, 0.2],
    [0.1, 0.9]
  ]
  const side = wayIn(line, aspect)
  deepStrictEqual(
    side?.from.map(share => share.toFixed(3)),
    ['0.100', '0.550']
  )
  strictEqual(side?.way[0], -1, 'who walks downwards has the left of the picture to the right')
})

test('G4 a line without length has no side', () =>
  strictEqual(
    wayIn(
      [
        [0.5, 0.5],
        [0.5, 0.5]
      ],
      aspect
    ),
    undefined
  ))

test('G5 a shape is moved as far as all of it stays on the picture', () => {
  deepStrictEqual(
    shifted(
      [
        [0.1, 0.5],
        [0.3, 0.7]
      ],
      -0.5,
      0.1
    ),
    [
      [0, 0.6],
      [0.2, 0.8]
    ]
  )
})

test('G6 the nearest place of what is closed may be on the edge from its last point to its first', () => {
  const square = rectangle([0.2, 0.2], [0.8, 0.8])
  strictEqual(nearestEdge(square, true, [0.1, 0.5], aspect)?.index, 3)
  deepStrictEqual(nearestEdge(square, true, [0.1, 0.5], aspect)?.at, [0.2, 0.5])
  strictEqual(nearestEdge(square, false, [0.1, 0.5], aspect)?.index === 3, false)
})

test('G7 inside is by the even-odd rule', () => {
  const square = rectangle([0.8, 0.2], [0.2, 0.8])
  strictEqual(isInside(square, [0.5, 0.5]), true)
  strictEqual(isInside(square, [0.9, 0.5]), false)
})

test('G8 straight is by eighths of a turn as it looks', () => {
  deepStrictEqual(straightened([0.5, 0.5], [0.8, 0.52], aspect), [0.8, 0.5])
  const [x, y] = straightened([0.1, 0.1], [0.1 + 0.3 / aspect, 0.42], aspect)
  ok(Math.abs((x - 0.1) * aspect - (y - 0.1)) < 1e-3)
})

test('G9 a picture lies in the middle of its place, and what is beside it is its edge', () => {
  const place = placeOf({ width: 400, height: 400 }, 2)
  deepStrictEqual(place, { left: 0, top: 100, width: 400, height: 200 })
  deepStrictEqual(pixelsOf(place!, [0.5, 0.5]), [200, 200])
  deepStrictEqual(spotAt(place!, [100, 50]), [0.25, 0])
  strictEqual(placeOf({ width: 0, height: 100 }, 2), undefined)
})
