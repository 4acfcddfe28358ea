import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { OcSortTracker } from '../../src/tracking/oc-sort.ts'
import { detections, frame, rowsOf, type Seen } from './scene.ts'

const at = (x: number, y = 0.4): Seen => [x, y, 0.06, 0.3]
const make = (options = {}) => new OcSortTracker({ frame, fps: 25, minHits: 0, ...options })

/** How far a box that is off by 0.02 moves the filter of who stands, in parts of the picture, after 40 frames in which they were seen or missed. */
function movedBy(isSeen: boolean): number {
  const tracker = make({ boxes: 'filter' })
  for (let index = 0; index < 61; index++)
    tracker.update(index * 40, isSeen || index < 20 || index === 60 ? detections(at(0.2)) : detections())
  const [row] = rowsOf(tracker.update(61 * 40, detections(at(0.22))))
  deepStrictEqual(row?.id, 1)
  return row!.box[0]! - 0.2
}

test('who is found again is filtered as if they had been seen all along: no box that is off moves them more', () => {
  ok(movedBy(false) <= movedBy(true), `by ${movedBy(false)} and by ${movedBy(true)}`)
})

test('who stops behind something is found where they were last seen, though not where they would have gone', () => {
  const tracker = make()
  for (let index = 0; index < 20; index++) tracker.update(index * 40, detections(at(0.2 + index * 0.012)))
  for (let index = 20; index < 27; index++) tracker.update(index * 40, detections())
  deepStrictEqual(
    rowsOf(tracker.update(1080, detections(at(0.43)))).map(({ id }) => id),
    [1]
  )
})

test('of two boxes that overlap a track as much, the one straight on is its own', () => {
  // It walks to the right, and is missed for a moment: one box lies where it goes, one where it came from.
  const ids = [0.2, 0].map(inertia => {
    const tracker = make({ inertia })
    for (let index = 0; index < 20; index++) tracker.update(index * 40, detections(at(0.2 + index * 0.002)))
    const rows = rowsOf(tracker.update(800, detections(at(0.228), at(0.252))))
    return rows.find(({ id }) => id === 1)!.box[0]! > 0.24
  })
  deepStrictEqual(ids, [true, false])
})
