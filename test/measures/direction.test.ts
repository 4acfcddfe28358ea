import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { Point } from '../../src/contract/geometry.ts'
import type { DirectionDefinition } from '../../src/contract/measure-definition.ts'
import { DirectionWatch } from '../../src/measures/direction.ts'
import { Alone, context, frameOf, walk } from './walk.ts'

const rightwards: [Point, Point] = [
  [0.2, 0.5],
  [0.8, 0.5]
]
const watch = (definition: Partial<DirectionDefinition> = {}) =>
  new Alone(new DirectionWatch(context, 'lane', { arrow: rightwards, ...definition }))
const along = (...xs: number[]) => walk(xs.map(x => [x, 0.5] as const))
const framesOf = (alone: Alone, frames: ReturnType<typeof walk>) => alone.feed(...frames).map(event => event.frame)

test('D1 going against the arrow violates it', () => {
  const [event] = watch().feed(...along(0.6, 0.5))
  ok(event?.kind === 'direction-violated')
  strictEqual(event.deviation, 180)
})

test('D1 going along the arrow, or across it, does not', () => {
  deepStrictEqual(framesOf(watch(), along(0.3, 0.4, 0.5)), [])
  deepStrictEqual(framesOf(watch(), walk([0.4, 0.5, 0.6].map(y => [0.5, y] as const))), [])
})

test('D2 the tolerance decides how far to the side is still the allowed way', () => {
  const across = walk([0.4, 0.5].map(y => [0.5, y] as const))
  deepStrictEqual(framesOf(watch({ toleranceDegrees: 80 }), across), [1])
})

test('D3 a wrong way is told once, and again after a piece of the right one', () => {
  deepStrictEqual(framesOf(watch(), along(0.6, 0.5, 0.4, 0.5, 0.4)), [1, 4])
})

test('D4 trembling is no way', () => {
  deepStrictEqual(framesOf(watch(), along(0.5, 0.49, 0.5, 0.49, 0.48, 0.5)), [])
})

test('D4 a slow wrong way is judged once it is long enough', () => {
  deepStrictEqual(framesOf(watch({ minTravel: 0.1 }), along(0.5, 0.48, 0.46, 0.44, 0.42)), [3])
})

test('D5 only ways inside the zone are judged', () => {
  const zone: Point[] = [
    [0, 0],
    [0.5, 0],
    [0.5, 1],
    [0, 1]
  ]
  deepStrictEqual(framesOf(watch({ zone }), along(0.8, 0.7, 0.6, 0.49, 0.4)), [4])
})

test('D1 carried rows go nowhere', () => {
  const frames = [frameOf(0, [{ x: 0.6, y: 0.5 }]), frameOf(1, [{ x: 0.4, y: 0.5 }], { outcome: 'skipped' })]
  deepStrictEqual(framesOf(watch(), frames), [])
})

test('an arrow without length is refused by name', () => {
  const arrow: [Point, Point] = [
    [0.5, 0.5],
    [0.5, 0.5]
  ]
  throws(() => watch({ arrow }), { code: 'SL_OPTION_INVALID', message: /arrow of direction lane/ })
})
