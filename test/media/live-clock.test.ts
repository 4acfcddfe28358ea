import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LiveClock } from '../../src/media/live-clock.ts'

/** Beyond this it is brought back sooner, in milliseconds. */
const farMs = 5000

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

/** How far media time is from the time that really went by, in milliseconds, after each picture. */
function offAfter(pictures: Iterable<{ readonly atMs: number; readonly sourceMs: number; readonly lateMs?: number }>) {
  const clock = new LiveClock()
  return Array.from(pictures, ({ atMs, sourceMs, lateMs = 20 }) => clock.arrival(sourceMs, atMs + lateMs) - atMs)
}

/** So many seconds of pictures, four a second. */
function* seconds(count: number, sourceMs: (atMs: number) => number, lateMs?: (atMs: number) => number) {
  for (let atMs = 0; atMs < count * 1000; atMs += 250)
    yield { atMs, sourceMs: sourceMs(atMs), ...(lateMs && { lateMs: lateMs(atMs) }) }
}

const most = (all: readonly number[]) => all.reduce((sum, each) => Math.max(sum, Math.abs(each)), 0)
const day = 86_400

for (const [rule, rate] of [
  ['slower', 0.9999],
  ['faster', 1.0001]
] as const)
  test(`T8 a camera’s clock that is ${rule} than ours by a ten-thousandth is followed without drifting away`, () => {
    ok(most(offAfter(seconds(day, atMs => atMs * rate))) < 110)
  })

for (const [stamped, rate] of [
  ['12.5 pictures a second as 25', 0.5],
  ['25 as 12.5', 2],
  ['25 as 24', 25 / 24]
] as const)
  test(`T9 a camera that stamps ${stamped} is found out, and brought back`, () => {
    const off = offAfter(seconds(3 * 3600, atMs => atMs * rate))
    ok(Math.abs(off.at(-1)!) < farMs, `${off.at(-1)} ms`)
    // By then a second of it is a second of ours.
    ok(Math.abs(off.at(-1)! - off.at(-2401)!) < 700)
  })

for (const [rule, lateMs] of [
  ['stalls of seconds', (atMs: number) => (atMs % 60_000 > 51_000 ? 60_000 - (atMs % 60_000) : 20)],
  ['pictures that a server kept', (atMs: number) => Math.max(0, 4000 - atMs) + 20],
  ['trembling', (atMs: number) => ((atMs * 7919) % 300) + 20],
  ['a way that is sometimes longer', (atMs: number) => 60 + 40 * Math.sin(atMs / 300_000)]
] as const)
  test(`T10 ${rule} leave the source’s times as they are`, () => {
    ok(most(offAfter(seconds(1800, atMs => atMs, lateMs))) < 1e-6)
  })

test('T11 a way that is crowded for minutes changes hardly anything, and nothing for good', () => {
  const off = offAfter(
    seconds(
      1800,
      atMs => atMs,
      atMs => (atMs > 300_000 && atMs < 600_000 ? 2000 : 20)
    )
  )
  ok(most(off) < 300, `${most(off)} ms`)
  ok(Math.abs(off.at(-1)!) <= 101, `${off.at(-1)} ms`)
})

test('T12 a source that jumps ahead again and again has no other rate for that', () => {
  const off = offAfter(seconds(1800, atMs => atMs + Math.floor(atMs / 60_000) * 20_000))
  ok(most(off) < 1, `${most(off)} ms`)
})

test('T13 while it is brought back no picture steps back, not even after stalls', () => {
  const clock = new LiveClock()
  let lastMs = -1
  for (let atMs = 0; atMs < 600_000; atMs += 40) {
    const arrivedMs = atMs % 20_000 > 12_000 ? atMs - (atMs % 20_000) + 20_000 : atMs
    const mediaMs = clock.arrival(atMs * 2, arrivedMs)
    ok(mediaMs > lastMs, `${mediaMs} after ${lastMs}`)
    lastMs = mediaMs
  }
})
