import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Shape } from '../../web/src/drawing/shape.ts'
import { lengthOf, placed, sidesOf } from '../../web/src/pages/report/ground-places.ts'

const spot = (number: number, world?: readonly (number | null)[]): Shape => ({
  ...{ id: `spot/${number}`, kind: 'spot', name: `point-${number}`, points: [[0.1 * number, 0.5]] },
  facts: world ? { world } : {}
})
const worlds = (shapes: readonly Shape[]) => shapes.map(({ facts }) => facts.world)
const sides = { first: 40.3, second: 16.5 }

test('GP1 four places are the corners of a rectangle, in the order of their names', () => {
  const corners = [
    [0, 0],
    [40.3, 0],
    [40.3, 16.5],
    [0, 16.5]
  ]
  deepStrictEqual(worlds(placed([spot(1), spot(2), spot(3), spot(4)], sides)), corners)
  // The second was deleted and marked anew.
  deepStrictEqual(
    worlds(placed([spot(1), spot(3), spot(4), spot(2)], sides)),
    [0, 2, 3, 1].map(at => corners[at])
  )
})

test('GP2 what is said of a place itself counts more, also while half of it is said', () => {
  deepStrictEqual(worlds(placed([spot(1), spot(2, [7, 8]), spot(3, [null, 5])], sides)), [
    [0, 0],
    [7, 8],
    [null, 5]
  ])
  deepStrictEqual(worlds(placed([spot(1, [null, null])], sides)), [[0, 0]])
})

test('GP3 without both sides, and beyond four places, nobody has said where they are', () => {
  deepStrictEqual(worlds(placed([spot(1)], { first: 3, second: undefined })), [undefined])
  strictEqual(
    worlds(
      placed(
        [1, 2, 3, 4, 5].map(number => spot(number)),
        sides
      )
    )[4],
    undefined
  )
})

test('GP4 a rectangle is known again by its sides; other places are not taken for one', () => {
  const rectangle = worlds(
    placed(
      [1, 2, 3, 4].map(number => spot(number)),
      sides
    )
  ) as [number, number][]
  deepStrictEqual(sidesOf(rectangle), sides)
  strictEqual(sidesOf([...rectangle, [5, 5]]), undefined)
  strictEqual(
    sidesOf([
      [0, 0],
      [1, 0],
      [2, 1],
      [0, 1]
    ]),
    undefined
  )
})

test('GP5 lengths are numbers above nothing, with a comma, too', () => {
  deepStrictEqual(['40,3', ' 5.5 ', '', '0', '-3', 'ten'].map(lengthOf), [
    40.3,
    5.5,
    undefined,
    undefined,
    undefined,
    undefined
  ])
})
