import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LiveClock } from '../../src/media/live-clock.ts'

/** Pairs of source and arrival. */
const times = (...pairs: readonly (readonly [number, number])[]) => {
  const clock = new LiveClock()
  return pairs.map(([sourceMs, arrivedMs]) => clock.showing(clock.arrival(sourceMs, arrivedMs)))
}

for (const [rule, pairs, expected] of [
  [
    'T1 time begins at 0 and follows the source, not the arrival',
    [
      [5000, 1],
      [5040, 90],
      [5080, 91]
    ],
    [0, 40, 80]
  ],
  [
    'T2 a source that begins anew goes on by arrival',
    [
      [90_000, 0],
      [90_040, 40],
      [0, 2040],
      [40, 2080]
    ],
    [0, 40, 2040, 2080]
  ],
  [
    'T2 so does one that steps back by a few seconds alone',
    [
      [10_000, 0],
      [10_040, 40],
      [7000, 80],
      [7040, 120]
    ],
    [0, 40, 80, 120]
  ],
  [
    'T3 a jump ahead that nobody waited for is none',
    [
      [0, 0],
      [47_000_000, 40],
      [47_000_040, 80]
    ],
    [0, 40, 80]
  ],
  [
    'T4 an hour without frames is an hour, whatever the source says',
    [
      [0, 0],
      [40, 3_600_000]
    ],
    [0, 3_600_000]
  ],
  [
    'T5 pictures that a server kept come in a burst, at their own times',
    [
      [0, 0],
      [2000, 1],
      [4000, 2]
    ],
    [0, 2000, 4000]
  ],
  [
    'T6 equal and slightly older times go on by a millisecond',
    [
      [0, 0],
      [40, 1],
      [40, 2],
      [30, 3],
      [80, 4]
    ],
    [0, 40, 41, 42, 80]
  ]
] as const) {
  test(rule, () => deepStrictEqual(times(...pairs), expected))
}

test('T7 whatever comes, time is whole and grows', () => {
  const pair = fc.tuple(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1e8, noNaN: true }))
  fc.assert(
    fc.property(fc.array(pair), pairs => {
      const out = times(...pairs)
      ok(out.every((ms, index) => Number.isSafeInteger(ms) && ms > (out[index - 1] ?? -1)))
    })
  )
})
