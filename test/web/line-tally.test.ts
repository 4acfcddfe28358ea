import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { TracksMessage } from '../../src/contract/live.ts'
import { LineCounter } from '../../src/measures/line.ts'
import { LineTally } from '../../web/src/streams/line-tally.ts'
import { Alone, context, labels, walk } from '../measures/walk.ts'

type Way = readonly (readonly [number, number])[]

const message = (ptsMs: number, [x, y]: readonly [number, number], label = 0): TracksMessage => ({
  ...{ type: 'tracks', stream: 'door', epoch: 1, frame: ptsMs / 100, ptsMs, outcome: 'analysed', delayMs: 0, labels },
  tracks: [[7, label, 0.9, x - 0.05, y - 0.2, 0.1, 0.2]]
})

function tallied(points: Way, way: Way, classes?: readonly string[]): readonly [number, number] {
  const tally = new LineTally({ points, classes }, context.aspect)
  for (const [frame, at] of way.entries()) tally.take(message(frame * 100, at))
  return [tally.inwards, tally.outwards]
}

function counted(points: Way, way: Way): readonly [number, number] {
  const counter = new LineCounter(context, 'gate', { points: points.map(([x, y]) => [x, y]) })
  new Alone(counter).feed(...walk(way))
  const { in: inwards = 0, out = 0 } = counter.snapshot()
  return [inwards, out]
}

const share = fc.integer({ min: 0, max: 100 }).map(percent => percent / 100)
const place = fc.tuple(share, share)

test('LT1 a line that is being drawn counts as it will once it is saved', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(place, { minLength: 2, maxLength: 4, selector: String }),
      fc.array(place, { minLength: 2, maxLength: 12 }),
      (points, way) => deepStrictEqual(tallied(points, way), counted(points, way))
    ),
    { numRuns: 300 }
  )
})

const across: Way = [
  [0.2, 0.5],
  [0.8, 0.5]
]
const there: Way = [
  [0.5, 0.3],
  [0.5, 0.7],
  [0.5, 0.3]
]

test('LT2 there and back is one each way', () => deepStrictEqual(tallied(across, there), [1, 1]))

test('LT3 who is of no class that counts is not counted', () => {
  deepStrictEqual(tallied(across, there, ['car']), [0, 0])
  deepStrictEqual(tallied(across, there, ['person']), [1, 1])
})

test('LT4 pictures in which nothing was looked for move nobody, and another epoch has other people', () => {
  const tally = new LineTally({ points: across }, context.aspect)
  tally.take(message(0, [0.5, 0.3]))
  tally.take({ ...message(100, [0.5, 0.7]), outcome: 'gated' })
  strictEqual(tally.inwards, 0)
  tally.take({ ...message(200, [0.5, 0.7]), epoch: 2 })
  strictEqual(tally.inwards, 0)
})
