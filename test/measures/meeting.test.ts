import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { MeetingDefinition } from '../../src/contract/measure-definition.ts'
import { Calibration } from '../../src/measures/calibration.ts'
import { MeetingWatch } from '../../src/measures/meeting.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { Alone, context, frameOf } from './walk.ts'

const one = { id: 3, x: 0.5, y: 0.5 }
/** Box heights to the right of `one`, at the height of 0.2 that walk.ts draws. */
const two = (away: number) => ({ id: 9, x: 0.5 + (away * 0.2) / context.aspect, y: 0.5 })
const pair = (...aways: number[]) => aways.map((away, i) => frameOf(i, [two(away), one]))
const watch = (definition: MeetingDefinition = {}) =>
  new Alone(new MeetingWatch(context, 'desk', { within: 0.5, forMs: 0, ...definition }))
const told = (frames: readonly TrackFrame[], definition: MeetingDefinition = {}) =>
  watch(definition)
    .feed(...frames)
    .map(({ frame }) => frame)

test('N1 two that come near to one another have met', () => {
  const [event] = watch().feed(...pair(1, 0.4))
  ok(event?.kind === 'tracks-met')
  deepStrictEqual(
    [event.trackId, event.other.trackId, event.distance, event.unit, event.id.split('/')[3]],
    [3, 9, 0.4, 'box-heights', 'tracks-3-9']
  )
})

test('N2 they have met once they were near for the given time', () => {
  deepStrictEqual(told(pair(0.4, 0.4, 0.4, 0.4, 0.4), { forMs: 300 }), [3])
  deepStrictEqual(told(pair(0.4, 0.4, 1, 0.4, 0.4), { forMs: 300 }), [])
})

test('N3 a meeting at the limit is one', () => {
  deepStrictEqual(told(pair(0.49, 0.55, 0.49, 0.6, 0.49)), [0])
})

test('N3 who parts and comes back meets again', () => {
  deepStrictEqual(told(pair(0.4, 0.7, 0.4)), [0, 2])
})

test('N4 one who is hidden has not parted', () => {
  deepStrictEqual(told([...pair(0.4), frameOf(1, [one]), ...pair(0.4, 0.4, 0.4).slice(2)]), [0])
})

test('N4 two that stand together while nothing moves meet', () => {
  const still = frameOf(40, [two(0.4), one], { outcome: 'gated' })
  deepStrictEqual(told([frameOf(0, [two(0.4), one]), still], { forMs: 2000 }), [40])
})

test('N5 with a calibration the distance is in metres on the ground', () => {
  const points = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1]
  ].map(([x, y]) => ({ image: [x!, y!] as [number, number], world: [x! * 20, y! * 10] as [number, number] }))
  const calibration = new Calibration({ points }, context.aspect)
  const meeting = new MeetingWatch({ ...context, calibration }, 'desk', { withinMetres: 2, forMs: 0 })
  const [event] = new Alone(meeting).feed(frameOf(0, [one, { id: 9, x: 0.5, y: 0.65 }]))
  ok(event?.kind === 'tracks-met')
  deepStrictEqual([event.distance, event.unit], [1.5, 'metres'])
})

test('N5 metres without a calibration are refused', () => {
  throws(() => watch({ withinMetres: 2 } as MeetingDefinition), { code: 'SL_OPTION_INVALID' })
})

test('N6 ten thousand boxes in one place are looked at within bounds', () => {
  const crowd = Array.from({ length: 10_000 }, (_, i) => ({ id: i + 1, x: 0.5, y: 0.5 }))
  const meetings = watch()
  const events = meetings.feed(frameOf(0, crowd))
  strictEqual(events.length, 16_384)
})
