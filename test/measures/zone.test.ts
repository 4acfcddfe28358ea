import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../src/contract/event.ts'
import type { Point } from '../../src/contract/geometry.ts'
import type { ZoneDefinition } from '../../src/contract/measure-definition.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { ZoneWatch } from '../../src/measures/zone.ts'
import { Alone, context, type Foot, frameOf } from './walk.ts'

const inside = { x: 0.5, y: 0.5 }
const outside = { x: 0.1, y: 0.5 }
const square: Point[] = [
  [0.3, 0.3],
  [0.7, 0.3],
  [0.7, 0.7],
  [0.3, 0.7]
]
const watch = (definition: Partial<ZoneDefinition> = {}) =>
  new ZoneWatch(context, 'hall', { points: square, graceMs: 0, ...definition })

/** A frame every 100 ms. */
const frames = (...feet: readonly Foot[]) => feet.map((foot, i) => frameOf(i, [foot]))

function told(zone: ZoneWatch, given: readonly TrackFrame[], { toTheEnd = false } = {}): string[] {
  const alone = new Alone(zone)
  const events = alone.feed(...given)
  return [...events, ...(toTheEnd ? alone.flush() : [])].map(summary)
}

function summary(event: Event): string {
  if (event.kind === 'zone-left') return `left after ${event.dwellMs}`
  if (event.kind === 'dwell-exceeded') return `over ${event.thresholdMs} at ${event.ptsMs}`
  return event.kind
}

test('Z1 a track that comes in enters', () => {
  deepStrictEqual(told(watch(), frames(outside, inside)), ['zone-entered'])
})

test('Z1 a track that appears within enters', () => {
  deepStrictEqual(told(watch(), frames(inside)), ['zone-entered'])
})

test('Z2 leaving tells the time from the entry to the frame outside', () => {
  const given = [frameOf(0, [inside]), frameOf(5, [inside]), frameOf(6, [outside])]
  deepStrictEqual(told(watch(), given), ['zone-entered', 'left after 600'])
})

for (const outcome of ['gated', 'skipped'] as const) {
  test(`Z3 a ${outcome} frame keeps who is inside, and the dwell goes on`, () => {
    const zone = watch()
    const given = [frameOf(0, [inside]), frameOf(600, [inside], { outcome })]
    deepStrictEqual(told(zone, given, { toTheEnd: true }), ['zone-entered', 'left after 60000'])
    strictEqual(zone.snapshot().peak, 1)
  })
}

test('Z3 a predicted box outside moves nobody out', () => {
  deepStrictEqual(told(watch(), [frameOf(0, [inside]), frameOf(1, [outside], { outcome: 'skipped' })]), [
    'zone-entered'
  ])
})

test('Z4 a hidden track stays in the zone', () => {
  const zone = watch()
  deepStrictEqual(told(zone, [frameOf(0, [inside]), frameOf(5, []), frameOf(9, [inside])]), ['zone-entered'])
  strictEqual(zone.snapshot().current, 1)
})

test('Z5 a track given up inside leaves; its dwell runs to the last frame that showed it', () => {
  const given = [frameOf(0, [inside]), frameOf(4, [inside]), frameOf(25, [], { ended: [7] })]
  deepStrictEqual(told(watch(), given), ['zone-entered', 'left after 400'])
})

test('Z6 the end of the stream empties the zone', () => {
  const zone = watch()
  const given = [frameOf(0, [inside]), frameOf(3, [inside])]
  deepStrictEqual(told(zone, given, { toTheEnd: true }), ['zone-entered', 'left after 300'])
  const { entered, left, current, dwellMs, longestDwellMs } = zone.snapshot()
  deepStrictEqual([entered, left, current, dwellMs, longestDwellMs], [1, 1, 0, 300, 300])
})

test('Z7 the peak is the most that were inside at the end of a frame', () => {
  const zone = watch()
  const alone = new Alone(zone)
  alone.feed(frameOf(0, [inside]), frameOf(1, [outside, { ...inside, id: 8 }]))
  strictEqual(zone.snapshot().peak, 1)
  alone.feed(frameOf(2, [inside, { ...inside, id: 8 }]))
  strictEqual(zone.snapshot().peak, 2)
})

test('Z7 the mean occupancy is weighted by time', () => {
  const zone = watch()
  const both = [inside, { ...inside, id: 8 }]
  new Alone(zone).feed(frameOf(0, [inside]), frameOf(10, both), frameOf(30, [outside, outside]), frameOf(40, []))
  // One for a second, two for two, and then the one that nobody saw leave for one.
  strictEqual(zone.snapshot().mean, (1 * 1 + 2 * 2 + 1 * 1) / 4)
})

test('Z8 each visit has events and a dwell of its own', () => {
  const zone = watch()
  const ids = new Alone(zone).feed(...frames(inside, outside, inside, outside)).map(event => event.id)
  deepStrictEqual(
    ids,
    ['zone-entered/1', 'zone-left/1', 'zone-entered/2', 'zone-left/2'].map(end => `door/1/${zone.name}/track-7/${end}`)
  )
})

test('Z9 time running backwards makes no dwell negative', () => {
  const given = [frameOf(0, [inside], { ptsMs: 5000 }), frameOf(1, [outside], { ptsMs: 100 })]
  deepStrictEqual(told(watch(), given), ['zone-entered', 'left after 0'])
})

test('Z10 who comes back within the grace has not left', () => {
  const zone = watch({ graceMs: 500 })
  deepStrictEqual(told(zone, frames(inside, outside, outside, inside)), ['zone-entered'])
  strictEqual(zone.snapshot().current, 1)
})

test('Z10 who stays away longer left when they stepped out', () => {
  const away = Array.from({ length: 6 }, () => outside)
  deepStrictEqual(told(watch({ graceMs: 500 }), frames(inside, inside, ...away)), ['zone-entered', 'left after 200'])
})

test('Z10 half a second outside is within the grace unless a zone says otherwise', () => {
  const zone = new ZoneWatch(context, 'hall', { points: square })
  const given = frames(inside, inside, outside, outside, outside, outside, inside, inside)
  deepStrictEqual(told(zone, given), ['zone-entered'])
})

test('Z10 who is hidden after stepping out has left when the grace is over', () => {
  const given = [...frames(inside, outside), frameOf(2, []), frameOf(9, [])]
  deepStrictEqual(told(watch({ graceMs: 500 }), given), ['zone-entered', 'left after 100'])
})

test('Z11 each threshold of dwell is told once a visit', () => {
  const zone = watch({ dwellMs: [300, 200] })
  deepStrictEqual(told(zone, frames(inside, inside, inside, inside, inside, outside, inside, inside, inside)), [
    'zone-entered',
    'over 200 at 200',
    'over 300 at 300',
    'left after 500',
    'zone-entered',
    'over 200 at 800'
  ])
})

test('Z11 a hidden track exceeds its dwell when it is shown again', () => {
  const given = [frameOf(0, [inside]), frameOf(5, []), frameOf(9, [inside])]
  deepStrictEqual(told(watch({ dwellMs: [300] }), given), ['zone-entered', 'over 300 at 900'])
})

test('Z12 an entry tells the edge that was crossed and the heading', () => {
  const [event] = new Alone(watch()).feed(...frames(outside, inside))
  ok(event?.kind === 'zone-entered')
  deepStrictEqual(event.entry, { edge: 3, heading: 90 })
})

test('Z12 a step through the whole zone came in by the first edge', () => {
  const [event] = new Alone(watch()).feed(...frames({ x: 0.5, y: 0.9 }, { x: 0.5, y: 0.31 }))
  ok(event?.kind === 'zone-entered')
  deepStrictEqual(event.entry, { edge: 2, heading: 0 })
})

test('Z12 who appears within has come from nowhere', () => {
  const [event] = new Alone(watch()).feed(...frames(inside))
  ok(event?.kind === 'zone-entered')
  strictEqual(event.entry, undefined)
})

test('Z13 nested and overlapping zones count each for itself', () => {
  const named = (name: string, points: Point[]) => new ZoneWatch(context, name, { points, graceMs: 0 })
  const inner: Point[] = [
    [0.45, 0.45],
    [0.55, 0.45],
    [0.55, 0.55],
    [0.45, 0.55]
  ]
  const beside: Point[] = [
    [0.5, 0.4],
    [0.9, 0.4],
    [0.9, 0.6],
    [0.5, 0.6]
  ]
  const zones = [named('outer', square), named('inner', inner), named('beside', beside)]
  new Alone(zones).feed(...frames(outside, inside, { x: 0.65, y: 0.5 }))
  deepStrictEqual(
    zones.map(zone => zone.snapshot().current),
    [1, 0, 1]
  )
})

test('Z14 only who passes the filter may enter', () => {
  const zone = watch({ classes: ['car'], minScore: 0.5, minSize: 0.1, maxSize: 0.5 })
  const wrong = [{ classId: 0 }, { classId: 1, score: 0.4 }, { classId: 1, height: 0.05 }, { classId: 1, height: 0.6 }]
  const right = { ...inside, classId: 1 }
  deepStrictEqual(told(zone, frames(...wrong.map(foot => ({ ...inside, ...foot })), right)), ['zone-entered'])
})

test('Z14 who is inside stays there when the score drops, and leaves by the door', () => {
  const zone = watch({ minScore: 0.5 })
  const given = frames(inside, { ...inside, score: 0.2 }, { ...outside, score: 0.2 })
  deepStrictEqual(told(zone, given), ['zone-entered', 'left after 200'])
})

test('Z15 closing time empties the zone, and opening time fills it', () => {
  const wallTime = { startEpochMs: Date.UTC(2026, 0, 5, 8, 59, 59, 800), utcOffsetMinutes: 0 }
  const schedule = [
    { from: '08:00', to: '09:00' },
    { from: '09:01', to: '10:00' }
  ]
  const zone = new ZoneWatch({ ...context, wallTime }, 'hall', { points: square, schedule })
  const given = [0, 1, 2, 3, 603].map(frame => frameOf(frame, [inside]))
  deepStrictEqual(told(zone, given), ['zone-entered', 'left after 100', 'zone-entered'])
})

test('Z16 a zone that crosses itself is outside where it overlaps twice', () => {
  const bow: Point[] = [
    [0.2, 0.2],
    [0.8, 0.8],
    [0.8, 0.2],
    [0.2, 0.8]
  ]
  deepStrictEqual(told(watch({ points: bow }), frames({ x: 0.5, y: 0.3 })), [])
  deepStrictEqual(told(watch({ points: bow }), frames({ x: 0.3, y: 0.5 })), ['zone-entered'])
})

test('Z16 of two zones with a common border, one has who stands on it', () => {
  const half = (left: number): Point[] => [
    [left, 0],
    [left + 0.5, 0],
    [left + 0.5, 1],
    [left, 1]
  ]
  const zones = [watch({ points: half(0) }), watch({ points: half(0.5) })]
  new Alone(zones).feed(...frames(inside))
  deepStrictEqual(
    zones.map(zone => zone.snapshot().current),
    [0, 1]
  )
})

test('T3 a break ends every visit with the last frame before it', () => {
  const given = [frameOf(0, [inside]), frameOf(5, [inside]), frameOf(6, [inside], { ptsMs: 7_200_000 })]
  deepStrictEqual(told(watch(), given), ['zone-entered', 'left after 500', 'zone-entered'])
})

const crowdOf = (size: number, more: object = {}) => watch({ crowd: { size, holdMs: 0, ...more } })
const people = (frame: number, count: number) =>
  frameOf(
    frame,
    Array.from({ length: 5 }, (_, i) => ({ ...(i < count ? inside : outside), id: i + 1 }))
  )
const crowds = (zone: ZoneWatch, ...counts: number[]) =>
  told(
    zone,
    counts.map((count, i) => people(i, count))
  ).filter(kind => kind.startsWith('crowd'))

test('Z17 a crowd forms at its size', () => {
  deepStrictEqual(crowds(crowdOf(3), 2, 3, 4), ['crowd-formed'])
})

test('Z17 a crowd disperses at its lower size, and forms again after that alone', () => {
  deepStrictEqual(crowds(crowdOf(4, { until: 2 }), 4, 3, 4, 2, 3, 4), [
    'crowd-formed',
    'crowd-dispersed',
    'crowd-formed'
  ])
})

test('Z17 what lasts for less than the hold is no crowd', () => {
  deepStrictEqual(crowds(crowdOf(3, { holdMs: 300 }), 3, 3, 1, 3, 3, 3, 3), ['crowd-formed'])
})

test('Z17 the end of a crowd tells how many it was and how long', () => {
  const events = new Alone(crowdOf(3)).feed(people(0, 3), people(5, 5), people(10, 1))
  const last = events.at(-1)
  ok(last?.kind === 'crowd-dispersed')
  deepStrictEqual([last.occupancy, last.peakOccupancy, last.durationMs], [1, 5, 1000])
})

test('Z17 the end of the stream disperses a crowd', () => {
  deepStrictEqual(told(crowdOf(2), [people(0, 2)], { toTheEnd: true }).at(-1), 'crowd-dispersed')
})

test('Z17 a crowd that would end above its size is refused', () => {
  throws(() => crowdOf(3, { until: 3 }), { code: 'SL_OPTION_INVALID', message: /zone hall.*3.*until below/ })
})

test('a zone with two corners is refused by name', () => {
  throws(() => watch({ points: square.slice(0, 2) }), { code: 'SL_OPTION_INVALID', message: /zone hall has 2/ })
})
