import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { ByteTracker, type ByteTrackOptions } from '../../src/tracking/byte-track.ts'
import { detections, frame, idsOf, type Seen } from './scene.ts'

const at = (score: number, x = 0.4): Seen => [x, 0.4, 0.1, 0.4, score]

/** Ids shown in each frame. */
function shown(frames: readonly (readonly Seen[])[], options: Partial<ByteTrackOptions> = {}): number[][] {
  const tracker = new ByteTracker({ frame, fps: 25, ...options })
  return frames.map((boxes, index) => idsOf(tracker.update(index * 40, detections(...boxes))))
}

const cases = [
  { rule: 'the first frame shows its boxes at once', frames: [[at(0.9)]], expected: [[1]] },
  {
    rule: 'a later box is shown from its second sight on',
    frames: [[], [at(0.9)], [at(0.9)]],
    expected: [[], [], [1]]
  },
  {
    rule: 'a box seen once takes no id',
    frames: [[], [at(0.9, 0.1)], [at(0.9)], [at(0.9)]],
    expected: [[], [], [], [1]]
  },
  {
    rule: 'a box of low score keeps a track alive',
    frames: [[at(0.9)], [at(0.15)], [at(0.9)]],
    expected: [[1], [1], [1]]
  },
  { rule: 'a box of low score starts nothing', frames: [[at(0.15)], [at(0.15)]], expected: [[], []] },
  { rule: 'a box of low score revives no lost track', frames: [[at(0.9)], [], [at(0.15)]], expected: [[1], [], []] },
  { rule: 'a box below newScore starts nothing', frames: [[at(0.3)], [at(0.3)]], expected: [[], []] },
  { rule: 'a box below lowScore keeps nothing alive', frames: [[at(0.9)], [at(0.05)]], expected: [[1], []] },
  { rule: 'a box of high score revives a lost track', frames: [[at(0.9)], [], [at(0.9)]], expected: [[1], [], [1]] }
]
for (const { rule, frames, expected } of cases) test(rule, () => deepStrictEqual(shown(frames), expected))

test('with the thresholds of the paper a box needs 0.7 to start a track', () => {
  const paper = { highScore: 0.6, newScore: 0.7 }
  deepStrictEqual(shown([[at(0.65)], [at(0.65)]], paper), [[], []])
  deepStrictEqual(shown([[at(0.75)], [at(0.65)]], paper), [[1], [1]])
})

test('a live track over a lost one is the lost one: the younger ends', () => {
  const tracker = new ByteTracker({ frame, fps: 25, matchCost: 0.05, confirmHits: 0 })
  for (let index = 0; index < 10; index++) tracker.update(index * 40, detections(at(0.99)))
  deepStrictEqual(idsOf(tracker.update(400, detections(at(0.9, 0.403)))), [])
  deepStrictEqual(idsOf(tracker.update(440, detections(at(0.99)))), [1])
})
