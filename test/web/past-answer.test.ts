import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredEvent } from '../../src/contract/api/event.ts'
import { seriesOf, summaryOf } from '../../web/src/pages/past/past-answer.ts'

const box = { x: 0, y: 0, w: 0.1, h: 0.1 }
const header = {
  version: 1,
  id: 'yard/1/x@1/1/x/1',
  stream: 'yard',
  epoch: 1,
  frame: 0,
  ptsMs: 0,
  label: 'person',
  box
} as const
const crossed = (trackId: number, direction: 'in' | 'out', atMs: number): StoredEvent => ({
  atMs,
  event: { ...header, kind: 'line-crossed', lineId: 'asked', trackId, direction }
})
const entered = (trackId: number, atMs: number): StoredEvent => ({
  atMs,
  event: { ...header, kind: 'zone-entered', zoneId: 'asked', trackId }
})
const left = (trackId: number, dwellMs: number, atMs: number): StoredEvent => ({
  atMs,
  event: { ...header, kind: 'zone-left', zoneId: 'asked', trackId, dwellMs }
})
const track = { epoch: 1, label: 'person', inwards: 0, outwards: 0, dwellMs: 0 }

test('PA1 of a line: how often each way, and who, each once', () => {
  const counts = [
    { measure: 'line.asked', kind: 'line-crossed', direction: 'in', events: 2 },
    { measure: 'line.asked', kind: 'line-crossed', direction: 'out', events: 1 }
  ] as const
  const items = [crossed(1, 'in', 10), crossed(2, 'in', 20), crossed(1, 'out', 30)]
  deepStrictEqual(summaryOf({ items, counts: [...counts] }), {
    ...{ inwards: 2, outwards: 1, dwell: undefined, isCut: false },
    tracks: [
      { ...track, trackId: 1, atMs: 10, inwards: 1, outwards: 1 },
      { ...track, trackId: 2, atMs: 20, inwards: 1 }
    ]
  })
})

test('PA2 of a zone: how long visits lasted, and each who was there in all', () => {
  const counts = [
    { measure: 'zone.asked', kind: 'zone-entered', events: 3 },
    { measure: 'zone.asked', kind: 'zone-left', events: 2 }
  ]
  const items = [entered(1, 10), left(1, 4000, 20), entered(1, 30), left(1, 2000, 40), entered(2, 50)]
  const { dwell, tracks, inwards, outwards } = summaryOf({ items, counts })
  deepStrictEqual([inwards, outwards, dwell], [3, 2, { meanMs: 3000, longestMs: 4000 }])
  deepStrictEqual(
    tracks.map(({ trackId, dwellMs }) => [trackId, dwellMs]),
    [
      [1, 6000],
      [2, 0]
    ]
  )
})

test('PA3 where not all events were given it is said, and counts are of all', () => {
  const counts = [{ measure: 'line.asked', kind: 'line-crossed', direction: 'in' as const, events: 9 }]
  const { isCut, inwards } = summaryOf({ items: [crossed(1, 'in', 1)], counts })
  deepStrictEqual([isCut, inwards], [true, 9])
})

test('PA4 over time, each event is in the part in which it happened, the last moment in the last', () => {
  const items = [crossed(1, 'in', 100), crossed(2, 'out', 149), crossed(3, 'in', 200)]
  deepStrictEqual(seriesOf(items, { fromMs: 100, toMs: 200 }, 2), {
    timesMs: [100, 150],
    inwards: [1, 1],
    outwards: [1, 0]
  })
})
