import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../src/contract/event.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { ZoneWatch } from '../../src/measures/zone.ts'
import { frameOf, origin } from './walk.ts'

const inside = { x: 0.5, y: 0.5 }
const outside = { x: 0.1, y: 0.5 }
const square: [number, number][] = [
  [0.3, 0.3],
  [0.7, 0.3],
  [0.7, 0.7],
  [0.3, 0.7]
]
const watch = () => new ZoneWatch({ ...origin, name: 'hall', points: square })

function told(zone: ZoneWatch, frames: readonly TrackFrame[], withFlush = false): string[] {
  const events = frames.flatMap(frame => zone.process(frame))
  return [...events, ...(withFlush ? zone.flush() : [])].map(summary)
}

function summary(event: Event): string {
  return event.kind === 'zone-left' ? `left after ${event.dwellMs}` : event.kind
}

test('Z1 a track that comes in enters', () => {
  deepStrictEqual(told(watch(), [frameOf(0, [outside]), frameOf(1, [inside])]), ['zone-entered'])
})

test('Z1 a track that appears within enters', () => {
  deepStrictEqual(told(watch(), [frameOf(0, [inside])]), ['zone-entered'])
})

test('Z2 leaving tells the time from the entry to the frame outside', () => {
  const frames = [frameOf(0, [inside]), frameOf(5, [inside]), frameOf(6, [outside])]
  deepStrictEqual(told(watch(), frames), ['zone-entered', 'left after 600'])
})

for (const outcome of ['gated', 'skipped'] as const) {
  test(`Z3 a ${outcome} frame keeps who is inside, and the dwell goes on`, () => {
    const zone = watch()
    const frames = [frameOf(0, [inside]), frameOf(600, [inside], { outcome })]
    deepStrictEqual(told(zone, frames), ['zone-entered'])
    strictEqual(zone.snapshot().current, 1)
    deepStrictEqual(told(zone, [], true), ['left after 60000'])
  })
}

test('Z3 a predicted box outside moves nobody out', () => {
  const frames = [frameOf(0, [inside]), frameOf(1, [outside], { outcome: 'skipped' })]
  deepStrictEqual(told(watch(), frames), ['zone-entered'])
})

test('Z4 a hidden track stays in the zone', () => {
  const zone = watch()
  deepStrictEqual(told(zone, [frameOf(0, [inside]), frameOf(5, []), frameOf(9, [inside])]), ['zone-entered'])
  strictEqual(zone.snapshot().current, 1)
})

test('Z5 a track given up inside leaves; its dwell runs to the last frame that showed it', () => {
  const frames = [frameOf(0, [inside]), frameOf(4, [inside]), frameOf(25, [], { ended: [7] })]
  deepStrictEqual(told(watch(), frames), ['zone-entered', 'left after 400'])
})

test('Z6 the end of the stream empties the zone', () => {
  const zone = watch()
  deepStrictEqual(told(zone, [frameOf(0, [inside]), frameOf(3, [inside])], true), ['zone-entered', 'left after 300'])
  deepStrictEqual(zone.snapshot(), { entered: 1, left: 1, current: 0, peak: 1, dwellMs: 300, longestDwellMs: 300 })
})

test('Z7 the peak is the most that were inside at the end of a frame', () => {
  const zone = watch()
  zone.process(frameOf(0, [inside]))
  zone.process(frameOf(1, [outside, { ...inside, id: 8 }]))
  strictEqual(zone.snapshot().peak, 1)
  zone.process(frameOf(2, [inside, { ...inside, id: 8 }]))
  strictEqual(zone.snapshot().peak, 2)
})

test('Z8 each visit has events and a dwell of its own', () => {
  const zone = watch()
  const ids = [inside, outside, inside, outside].flatMap((foot, i) => zone.process(frameOf(i, [foot])).map(e => e.id))
  deepStrictEqual(ids, [
    'door/1/zone.hall@1/track-7/zone-entered/1',
    'door/1/zone.hall@1/track-7/zone-left/1',
    'door/1/zone.hall@1/track-7/zone-entered/2',
    'door/1/zone.hall@1/track-7/zone-left/2'
  ])
})

test('Z9 time running backwards makes no dwell negative', () => {
  const frames = [frameOf(0, [inside], { ptsMs: 5000 }), frameOf(1, [outside], { ptsMs: 100 })]
  deepStrictEqual(told(watch(), frames), ['zone-entered', 'left after 0'])
})

test('a zone with two corners is refused by name', () => {
  throws(() => new ZoneWatch({ ...origin, name: 'hall', points: square.slice(0, 2) }), {
    code: 'SL_OPTION_INVALID',
    message: /zone hall has 2/
  })
})
