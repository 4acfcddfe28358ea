import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../src/contract/event.ts'
import { DetectionColumns } from '../../src/core/columns.ts'
import { Lifecycle } from '../../src/measures/lifecycle.ts'
import { MeasureSet } from '../../src/measures/measure-set.ts'
import { StopWatch } from '../../src/measures/stop.ts'
import { ZoneWatch } from '../../src/measures/zone.ts'
import { createTracker } from '../../src/tracking/create-tracker.ts'
import { context } from './walk.ts'

/** What happens to a box that is there in some frames, behind a real tracker: 10 frames a second. */
function stay(seconds: number, outcomeAt: (frame: number) => 'seen' | 'hidden' | 'gated') {
  const tracker = createTracker('byte', { frame: { width: 1920, height: 1080 }, fps: 10 })
  const points: [number, number][] = [
    [0.2, 0.2],
    [0.8, 0.2],
    [0.8, 0.8],
    [0.2, 0.8]
  ]
  const zone = new ZoneWatch(context, 'bay', { points, dwellMs: [30_000] })
  const set = new MeasureSet(context.aspect, [new Lifecycle(context), zone, new StopWatch(context, 'bay', {})])
  const events: Event[] = []
  for (let frame = 0; frame < seconds * 10; frame++) {
    const outcome = outcomeAt(frame)
    const ptsMs = frame * 100
    const boxes = new DetectionColumns()
    if (outcome === 'seen') boxes.push(0.48 + (frame % 3) * 0.0005, 0.4, 0.04, 0.2, 0.9, 0)
    const rows = outcome === 'gated' ? tracker.hold(ptsMs) : tracker.update(ptsMs, boxes)
    const analysed = outcome === 'gated' ? 'gated' : 'analysed'
    events.push(...set.process({ frame, ptsMs, outcome: analysed, rows, ended: tracker.ended, labels: ['car'] }))
  }
  const { current } = zone.snapshot()
  return { current, events: [...events, ...set.flush()] }
}

const told = (events: readonly Event[]) =>
  events.map(event => (event.kind === 'zone-left' ? event.dwellMs : event.kind))
const once = ['track-started', 'zone-entered', 'track-stopped', 'dwell-exceeded']

test('Z3 a person who stands for 60 s while nothing moves is one track, inside all the time', () => {
  const { current, events } = stay(60, frame => (frame < 20 || frame % 50 === 0 ? 'seen' : 'gated'))
  strictEqual(current, 1)
  deepStrictEqual(told(events), [...once, 'track-ended', 59_900])
})

test('Z4 a person who stands for 60 s and is hidden for a second now and then is inside all the time', () => {
  const { current, events } = stay(60, frame => (frame % 100 >= 50 && frame % 100 < 60 ? 'hidden' : 'seen'))
  strictEqual(current, 1)
  deepStrictEqual(told(events), [...once, 'track-ended', 59_900])
})

test('Z3 a car that parks for an hour dwells for an hour', () => {
  const { current, events } = stay(3600, frame => (frame < 30 || frame % 300 === 0 ? 'seen' : 'gated'))
  strictEqual(current, 1)
  deepStrictEqual(told(events), [...once, 'track-ended', 3_599_900])
})
