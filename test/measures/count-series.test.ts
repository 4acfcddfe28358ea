import { deepStrictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Event } from '../../src/contract/event.ts'
import { CountSeries } from '../../src/measures/count-series.ts'
import { EventSource } from '../../src/measures/event-source.ts'
import { context } from './walk.ts'

const source = new EventSource(context, 'line.gate@1')
const crossed = (direction: 'in' | 'out' = 'in', label = 'person'): Event => ({
  ...source.header('line-crossed', 'track-1', 1),
  lineId: 'gate',
  trackId: 1,
  label,
  box: { x: 0, y: 0, w: 1, h: 1 },
  direction
})

test('K1 a bucket counts by kind, name, direction and label, and is told when time has left it', () => {
  const series = new CountSeries(1000)
  series.process(100, [crossed(), crossed('out')])
  series.process(900, [crossed(), crossed('in', 'car')])
  const over = series.process(1000, [])
  deepStrictEqual(
    over.map(({ startMs, name, direction, label, count }) => [startMs, name, direction, label, count]),
    [
      [0, 'gate', 'in', 'person', 2],
      [0, 'gate', 'out', 'person', 1],
      [0, 'gate', 'in', 'car', 1]
    ]
  )
})

test('K2 with a known begin, hours begin when the clock on the wall says so', () => {
  const wallTime = { startEpochMs: Date.UTC(2026, 0, 5, 8, 50), utcOffsetMinutes: 330 }
  const series = new CountSeries(3_600_000, wallTime)
  series.process(0, [crossed()])
  deepStrictEqual(series.flush()[0]?.startMs, Date.UTC(2026, 0, 5, 8, 30))
})

test('K3 buckets in which nothing happened are left out', () => {
  const series = new CountSeries(1000)
  series.process(0, [crossed()])
  deepStrictEqual([...series.process(5_000_000, []), ...series.flush()].length, 1)
})

test('K4 whatever way time takes, buckets of the same start add up to the events in it', () => {
  const frames = fc.array(fc.tuple(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: 0, max: 3 })))
  fc.assert(
    fc.property(frames, fc.integer({ min: 1, max: 3000 }), (given, bucketMs) => {
      const series = new CountSeries(bucketMs)
      const told = given.flatMap(([ptsMs, count]) =>
        series.process(
          ptsMs,
          Array.from({ length: count }, () => crossed())
        )
      )
      const sums = new Map<number, number>()
      for (const { startMs, count } of [...told, ...series.flush()]) sums.set(startMs, (sums.get(startMs) ?? 0) + count)
      const expected = new Map<number, number>()
      for (const [ptsMs, count] of given) {
        const startMs = Math.floor(ptsMs / bucketMs) * bucketMs
        if (count > 0) expected.set(startMs, (expected.get(startMs) ?? 0) + count)
      }
      deepStrictEqual([...sums].sort(), [...expected].sort())
    })
  )
})

test('a bucket without length is refused', () => {
  throws(() => new CountSeries(0), { code: 'SL_OPTION_INVALID' })
})
