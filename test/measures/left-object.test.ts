import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { ObjectDefinition } from '../../src/contract/measure-definition.ts'
import { LeftObjectWatch } from '../../src/measures/left-object.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { Alone, context, type Foot, frameOf } from './walk.ts'

/** A suitcase, low; and its owner. */
const bag: Foot = { id: 20, x: 0.5, y: 0.5, height: 0.08, classId: 2 }
const owner: Foot = { id: 10, x: 0.53, y: 0.5 }
const away: Foot = { ...owner, x: 0.95 }

/** Frames a second apart. */
const seconds = (from: number, to: number, ...feet: Foot[]) =>
  Array.from({ length: to - from + 1 }, (_, i) => frameOf(from + i, feet, { ptsMs: (from + i) * 1000 }))
const ends = (second: number, ...ids: number[]) => frameOf(second, [], { ptsMs: second * 1000, ended: ids })

function told(frames: readonly TrackFrame[], definition: ObjectDefinition = {}): string[] {
  const watch = new LeftObjectWatch(context, 'hall', {
    afterMs: 20_000,
    classes: ['suitcase', 'moving'],
    ...definition
  })
  return new Alone(watch).feed(...frames).map(event => `${event.kind} ${event.ptsMs / 1000}`)
}

const brought = [...seconds(0, 9, owner), ...seconds(10, 14, owner, bag)]
const left = [...brought, ...seconds(15, 40, away, bag)]

test('O1 what stands alone for the given time was left', () => {
  deepStrictEqual(told(left), ['object-left 35'])
})

test('O2 what somebody stays with was not left', () => {
  deepStrictEqual(told([...brought, ...seconds(15, 60, owner, bag)]), [])
})

test('O3 what is there from the beginning was not left, but can be removed', () => {
  const thief = [...seconds(31, 33, bag, owner), ends(36, 20)]
  deepStrictEqual(told([...seconds(0, 30, bag), ...thief]), ['object-removed 36'])
})

test('O4 what is carried off was removed', () => {
  const moved = { ...bag, x: 0.7 }
  deepStrictEqual(told([...left, ...seconds(41, 42, owner, moved)]), ['object-left 35', 'object-removed 42'])
})

test('O5 what nobody shows any more after somebody came near was removed', () => {
  deepStrictEqual(told([...left, ...seconds(41, 42, owner, bag), ends(45, 20)]), [
    'object-left 35',
    'object-removed 45'
  ])
})

test('O6 what nobody shows any more although nobody came near is still there', () => {
  deepStrictEqual(told([...left, ends(43, 20)]), ['object-left 35'])
})

test('O6 seen again, it is the same and is not left anew', () => {
  deepStrictEqual(told([...left, ends(43, 20), ...seconds(50, 90, { ...bag, id: 21 })]), ['object-left 35'])
})

test('O6 something else at its place is not it', () => {
  const stool = { ...bag, id: 21, classId: 1 }
  const frames = [...left, ends(43, 20), ...seconds(50, 90, stool)]
  deepStrictEqual(told(frames, { classes: ['suitcase', 'car'] }), ['object-left 35', 'object-left 71'])
})

test('O7 to the motion detector, a change at its place means that it is gone', () => {
  const moving: Foot = { ...bag, classId: 3 }
  const settled = [...seconds(5, 100, moving), ends(102, 20)]
  const bare = [0, 300, 600].map((ms, i) => frameOf(200 + i, [{ ...moving, id: 30 }], { ptsMs: 200_000 + ms }))
  deepStrictEqual(told([...seconds(0, 4), ...settled, ...bare]), ['object-left 26', 'object-removed 200.3'])
})
