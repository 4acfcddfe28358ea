import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { PictureTimes } from '../../web/src/live/picture-times.ts'
import { Playout } from '../../web/src/live/playout.ts'

function observed(lags: readonly number[], mode: 'exact' | 'lowest' = 'exact'): Playout {
  const playout = new Playout(mode)
  for (const lag of lags) playout.observe(lag)
  return playout
}
const hundred = Array.from({ length: 100 }, (_, index) => index + 1)

test('H1 pictures wait for the boxes of 95 in 100', () => {
  const playout = observed(hundred)
  strictEqual(playout.p95Ms, 95)
  ok(playout.targetMs >= 95 && playout.targetMs <= 140, `${playout.targetMs}`)
})

test('H2 with lowest latency none waits, and what was measured is kept for the other way', () => {
  const playout = observed(hundred, 'lowest')
  deepStrictEqual([playout.targetMs, playout.heldMs], [0, 0])
  playout.mode = 'exact'
  ok(playout.targetMs >= 95)
})

test('H3 one late picture in a hundred changes nothing', () => {
  const steady = observed(Array(119).fill(50))
  const before = steady.targetMs
  steady.observe(900)
  strictEqual(steady.targetMs, before)
})

test('H4 boxes that take longer are waited for at once, those that get faster again only once they stay so', () => {
  const playout = observed(Array(20).fill(50))
  const low = playout.targetMs
  for (let count = 0; count < 10; count++) playout.observe(300)
  const high = playout.targetMs
  ok(high >= 300)
  playout.observe(50)
  strictEqual(playout.targetMs, high)
  for (let count = 0; count < 200; count++) playout.observe(50)
  strictEqual(playout.targetMs, low)
})

test('H5 nobody waits for more than two seconds', () => {
  strictEqual(observed([9000]).targetMs, 2000)
})

test('H6 how late boxes are is measured from the picture’s own arrival, whichever of them comes first', () => {
  const [first, second] = [new PictureTimes(), new PictureTimes()]
  strictEqual(first.shown({ epoch: 1, ptsMs: 40 }, 1050, 1070, 1010), undefined)
  deepStrictEqual(first.boxes({ epoch: 1, ptsMs: 41 }, 1100, 60), { lagMs: 90, waitedMs: 40, behindMs: 30 })
  strictEqual(second.boxes({ epoch: 1, ptsMs: 40 }, 1100, 60), undefined)
  deepStrictEqual(second.shown({ epoch: 1, ptsMs: 40 }, 1200, 1220), { lagMs: 60, waitedMs: 160, behindMs: 180 })
})

test('H7 a receiver that shows pictures earlier than it was told is told so much more', () => {
  const playout = new Playout()
  for (let count = 0; count < 200; count++) playout.observe(100, playout.targetMs - 50)
  strictEqual(playout.heldMs, 120)
  ok(Math.abs(playout.targetMs - 170) <= 20, `${playout.targetMs}`)
})
