import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { SortTracker } from '../../src/tracking/sort.ts'
import { detections, frame, idsOf, type Seen } from './scene.ts'

const at = (score: number, x = 0.4): Seen => [x, 0.4, 0.1, 0.4, score]

/** Ids shown in each frame. */
function shown(frames: readonly (readonly Seen[])[]): number[][] {
  const tracker = new SortTracker({ frame, fps: 25 })
  return frames.map((boxes, index) => idsOf(tracker.update(index * 40, detections(...boxes))))
}

const box = [at(0.9)]
const cases = [
  { rule: 'the first three frames show their boxes at once', frames: [box, box, box], expected: [[1], [1], [1]] },
  {
    rule: 'a later box is shown from its fourth sight in a row on',
    frames: [[], [], [], box, box, box, box],
    expected: [[], [], [], [], [], [], [1]]
  },
  {
    rule: 'a track seen again waits for three sights in a row',
    frames: [box, box, box, [], box, box, box, box],
    expected: [[1], [1], [1], [], [], [], [1], [1]]
  },
  { rule: 'boxes below minScore are not looked at', frames: [[at(0.2)], [at(0.2)]], expected: [[], []] }
]
for (const { rule, frames, expected } of cases) test(rule, () => deepStrictEqual(shown(frames), expected))
