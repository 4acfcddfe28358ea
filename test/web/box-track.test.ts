import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { TrackRow, TracksMessage } from '../../src/contract/live.ts'
import { BoxTrack } from '../../web/src/live/box-track.ts'

/** Boxes of people, as `[id, x]`, found in the picture of `ptsMs`. */
function found(ptsMs: number, people: readonly (readonly [number, number])[], epoch = 1): TracksMessage {
  const tracks = people.map(([id, x]): TrackRow => [id, 0, 0.9, x, 0.5, 0.1, 0.2])
  const facts = { stream: 'door', epoch, frame: ptsMs, ptsMs, outcome: 'analysed', delayMs: 50 } as const
  return { type: 'tracks', ...facts, labels: ['person'], tracks }
}

function track(...messages: readonly TracksMessage[]): BoxTrack {
  const made = new BoxTrack()
  for (const message of messages) made.add(message)
  return made
}

/** Rounded, as `id x opacity`. */
function seen(made: BoxTrack, ptsMs: number, epoch = 1): string {
  const { origin, boxes } = made.at({ epoch, ptsMs })
  return [origin, ...boxes.map(({ id, x, opacity }) => `${id} ${x.toFixed(2)} ${opacity.toFixed(2)}`)].join(', ')
}

const cases = [
  { rule: 'X1 a picture that was looked at has its own boxes', at: 1100, expected: 'exact, 1 0.20 1.00' },
  { rule: 'X2 a millisecond of rounding makes no other picture', at: 1101, expected: 'exact, 1 0.20 1.00' },
  { rule: 'X3 between two of them a box is in between', at: 1050, expected: 'between, 1 0.15 1.00' },
  { rule: 'X4 after the last, boxes stay for a while', at: 1350, expected: 'held, 1 0.20 1.00' },
  { rule: 'X5 then they fade', at: 1550, expected: 'held, 1 0.20 0.50' },
  { rule: 'X6 and go', at: 1800, expected: 'none' },
  { rule: 'X7 before the first there are none', at: 900, expected: 'none' }
]
for (const { rule, at, expected } of cases) {
  test(rule, () => strictEqual(seen(track(found(1000, [[1, 0.1]]), found(1100, [[1, 0.2]])), at), expected))
}

test('X8 who was not found in the second picture is let go on the way; who was found only there is not yet shown', () => {
  const made = track(found(1000, [[1, 0.1]]), found(1100, [[2, 0.8]]))
  strictEqual(seen(made, 1050), 'between, 1 0.10 0.50')
})

test('X9 pictures far apart say nothing of what was between them', () => {
  strictEqual(seen(track(found(1000, [[1, 0.1]]), found(9000, [[1, 0.9]])), 5000), 'none')
})

test('X10 boxes of one epoch are never shown in another', () => {
  const made = track(found(1000, [[1, 0.1]]), found(0, [[1, 0.9]], 2))
  strictEqual(seen(made, 10, 2), 'held, 1 0.90 1.00')
  strictEqual(seen(made, 1000, 1), 'exact, 1 0.10 1.00')
  strictEqual(seen(made, 1000, 3), 'none')
})

test('X11 boxes that come in another order lie where they belong, and twice is once', () => {
  const made = track(found(1100, [[1, 0.2]]), found(1000, [[1, 0.1]]), found(1100, [[1, 0.3]]))
  deepStrictEqual(
    [1000, 1050, 1100].map(at => seen(made, at)),
    ['exact, 1 0.10 1.00', 'between, 1 0.20 1.00', 'exact, 1 0.30 1.00']
  )
})

test('X12 a stream that is looked at twice a second keeps its boxes until the next look', () => {
  const made = track(found(1000, [[1, 0.1]]), found(1500, [[1, 0.2]]))
  strictEqual(seen(made, 2200), 'held, 1 0.20 1.00')
})

test('X13 what was long ago is forgotten', () => {
  const made = track(found(1000, [[1, 0.1]]), found(20_000, [[1, 0.2]]))
  strictEqual(seen(made, 1000), 'none')
})

test('X20 a trail leads through where somebody stood, up to the picture that is shown and no further back than asked', () => {
  const made = track(...[1000, 1100, 1200, 1300].map((ptsMs, index) => found(ptsMs, [[1, index / 10]])))
  const trail = made.trails({ epoch: 1, ptsMs: 1200 }, 150).get(1) ?? []
  deepStrictEqual(
    trail.map(([x, y]) => [x.toFixed(2), y.toFixed(2)]),
    [
      ['0.15', '0.70'],
      ['0.25', '0.70']
    ]
  )
})
