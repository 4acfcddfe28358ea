import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { StopDefinition } from '../../src/contract/measure-definition.ts'
import { StopWatch } from '../../src/measures/stop.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { Alone, context, frameOf } from './walk.ts'

const here = { x: 0.5, y: 0.5 }
const there = { x: 0.7, y: 0.5 }

/** The milliseconds at which stops are told. */
function stops(frames: readonly TrackFrame[], definition: StopDefinition = {}): number[] {
  const watch = new StopWatch(context, 'bay', { afterMs: 1000, ...definition })
  return new Alone(watch).feed(...frames).map(event => event.ptsMs)
}

/** A frame every 100 ms from `from` to `to`. */
const standing = (from: number, to: number, foot = here) =>
  Array.from({ length: to - from + 1 }, (_, i) => frameOf(from + i, [foot]))

test('P1 a track that stands for the given time has stopped, once', () => {
  deepStrictEqual(stops(standing(0, 30)), [1000])
})

test('P1 trembling within the radius is standing', () => {
  const frames = standing(0, 12).map((_, i) => frameOf(i, [{ x: 0.5 + (i % 2) * 0.02, y: 0.5 }]))
  deepStrictEqual(stops(frames), [1000])
})

test('P2 walking on and stopping elsewhere is another stop', () => {
  deepStrictEqual(stops([...standing(0, 12), ...standing(13, 40, there)]), [1000, 2800])
})

test('P2 a box that jumps away for less than half a second has not walked on', () => {
  const frames = [...standing(0, 5), ...standing(6, 9, there), ...standing(10, 30)]
  deepStrictEqual(stops(frames), [1000])
})

test('P3 frames in which nothing moved count, and a hidden track has stood when it is seen again', () => {
  deepStrictEqual(stops([frameOf(0, [here]), frameOf(20, [here], { outcome: 'gated' })]), [2000])
  deepStrictEqual(stops([frameOf(0, [here]), frameOf(10, []), frameOf(20, [here])]), [2000])
})

test('P4 only stops in the zone are told', () => {
  const zone: [number, number][] = [
    [0.6, 0],
    [1, 0],
    [1, 1],
    [0.6, 1]
  ]
  deepStrictEqual(stops(standing(0, 20), { zone }), [])
  deepStrictEqual(stops(standing(0, 20, there), { zone }), [1000])
})

test('P5 who does not pass the filter has not stopped', () => {
  deepStrictEqual(stops(standing(0, 20), { classes: ['car'] }), [])
})

test('T3 after a break a stop begins anew', () => {
  const late = Array.from({ length: 8 }, (_, i) => frameOf(9 + i, [here], { ptsMs: 7_200_000 + i * 100 }))
  deepStrictEqual(stops([...standing(0, 8), ...late]), [])
})
