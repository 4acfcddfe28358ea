import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { addedBetween, OriginEstimate } from '../../src/media/origin-estimate.ts'

/** Of pictures that came so late, 40 ms apart, from a camera that was switched on at 1000. */
function estimate(lateMs: readonly number[], slower = 0): OriginEstimate {
  const origin = new OriginEstimate()
  for (const [index, late] of lateMs.entries())
    origin.heard({ arrivedMs: 1000 + index * 40 * (1 + slower) + late }, index * 40)
  return origin
}

test('OE1 before a picture nothing is known', () => {
  strictEqual(new OriginEstimate().origin, undefined)
})

test('OE2 what came late says nothing: it is the earliest that any picture made likely', () => {
  const { arrivedMs } = estimate([700, 300, 5, 5, 400, 90]).origin!
  ok(Math.abs(arrivedMs - 1005) < 0.1, `${arrivedMs}`)
})

test('OE3 a camera whose clock is a ten-thousandth slower than ours is followed for hours', () => {
  const hour = Array.from({ length: 90_000 }, (_, index) => (index % 25 === 0 ? 300 : 5))
  const beganMs = estimate(hour, 1e-4).origin!.arrivedMs
  // An hour later its time 0 is further back by what it lost.
  ok(Math.abs(beganMs - (1005 + 360)) < 20, `${beganMs}`)
})

test('OE4 by the camera’s clock it is what it said last, also with pictures that say nothing', () => {
  const origin = new OriginEstimate()
  const said = [undefined, 50_040, 50_085, undefined].map((wallMs, index) => {
    origin.heard({ arrivedMs: index * 40, ...(wallMs !== undefined && { wallMs }) }, index * 40)
    return origin.origin!.wallMs
  })
  deepStrictEqual(said, [undefined, 50_000, 50_005, 50_005])
})

for (const [rule, walls, added] of [
  ['one that says no time goes by arrival', [undefined, 90_000], 300],
  ['two that say it go by that', [90_250, 90_000], 250],
  ['two whose clocks are not one go by arrival', [93_000, 90_000], 300]
] as const)
  test(`OE5 of two streams ${rule}`, () => {
    const [from, to] = [
      { wallMs: walls[0], arrivedMs: 1300 },
      { wallMs: walls[1], arrivedMs: 1000 }
    ]
    strictEqual(addedBetween(from, to), added)
  })
