import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { readTrackBoxes, type TrackBox, trackShare } from '../../bench/track-share.ts'

const box = (frame: number, x: number, w = 10): TrackBox => ({ frame, x, y: 0, w, h: 10 })

const shares = [
  {
    rule: 'the same boxes are all shared',
    reference: [box(1, 0), box(2, 5)],
    candidate: [box(2, 5), box(1, 0)],
    expected: 1
  },
  { rule: 'a box in another frame is not the same box', reference: [box(1, 0)], candidate: [box(2, 0)], expected: 0 },
  {
    rule: 'boxes that overlap by exactly the least IoU are shared',
    reference: [box(1, 0, 10)],
    candidate: [box(1, 0, 5)],
    expected: 1
  },
  { rule: 'boxes that overlap by less are not', reference: [box(1, 0, 10)], candidate: [box(1, 0, 4)], expected: 0 },
  {
    rule: 'one box stands for one other only',
    reference: [box(1, 0), box(1, 1)],
    candidate: [box(1, 0)],
    expected: 0.5
  },
  {
    rule: 'more boxes than the reference has cost nothing',
    reference: [box(1, 0)],
    candidate: [box(1, 0), box(1, 50)],
    expected: 1
  },
  {
    rule: 'the better pair goes first',
    reference: [box(1, 2), box(1, 0)],
    candidate: [box(1, 2), box(1, -2)],
    expected: 1
  },
  { rule: 'a share of nothing is not a number', reference: [], candidate: [box(1, 0)], expected: Number.NaN }
]
for (const { rule, reference, candidate, expected } of shares)
  test(rule, () => strictEqual(trackShare(reference, candidate, 0.5), expected))

test('tracks are read from MOT Challenge CSV', () => {
  deepStrictEqual(readTrackBoxes('3,7,1.50,2,30,40.25,0.9,-1,-1,-1\n'), [{ frame: 3, x: 1.5, y: 2, w: 30, h: 40.25 }])
})

test('a line that is no row of tracks is refused', () =>
  throws(() => readTrackBoxes('frame,id,x\n'), /Not a row of tracks/))
