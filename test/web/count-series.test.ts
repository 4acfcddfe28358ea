import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { countSeries, rangeOf } from '../../web/src/pages/stream/count-series.ts'

const nowMs = Date.UTC(2026, 10, 21, 12, 3, 22)

test('T1 the last period is the one that goes on', () => {
  deepStrictEqual(rangeOf('hour', nowMs, 60), {
    fromMs: Date.UTC(2026, 10, 21, 11, 4),
    toMs: Date.UTC(2026, 10, 21, 12, 4)
  })
})

test('T2 days are those of the viewer’s zone', () => {
  deepStrictEqual(rangeOf('week', nowMs, 60), {
    fromMs: Date.UTC(2026, 10, 14, 23),
    toMs: Date.UTC(2026, 10, 21, 23)
  })
})

test('T3 each way is counted for itself, several lines together, and nobody is nought', () => {
  const { fromMs } = rangeOf('day', nowMs, 0)
  const at = (hour: number) => fromMs + hour * 3_600_000
  const series = countSeries(
    [
      { fromMs: at(2), direction: 'in', events: 3 },
      { fromMs: at(2), direction: 'in', events: 1 },
      { fromMs: at(2), direction: 'out', events: 2 },
      { fromMs: at(23), direction: 'out', events: 5 }
    ],
    'day',
    fromMs
  )
  equal(series.timesMs.length, 24)
  deepStrictEqual([series.in[2], series.out[2], series.in[23], series.out[23], series.in[0]], [4, 2, 0, 5, 0])
})
