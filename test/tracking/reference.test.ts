import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ByteTracker } from '../../src/tracking/byte-track.ts'
import { SortTracker } from '../../src/tracking/sort.ts'
import type { Tracker } from '../../src/tracking/tracker.ts'
import { detections, rowsOf, type Seen } from './scene.ts'

type Numbers = readonly number[]
interface Reference {
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly frames: readonly (readonly Numbers[])[]
  readonly byte: readonly (readonly Numbers[])[]
  readonly sort: readonly (readonly Numbers[])[]
}

// Made by test/reference/tracking.py from supervision's ByteTrack and a dense SORT of its own.
const reference: Reference = JSON.parse(readFileSync(new URL('../reference/tracking.json', import.meta.url), 'utf8'))
const { width, height, fps } = reference
const intervalMs = 1000 / fps
const options = { frame: { width, height }, fps, boxes: 'filter' } as const

/** Ours for every frame as id, x, y, w, h in pixels. */
function run(tracker: Tracker): number[][][] {
  return reference.frames.map((boxes, index) => {
    const seen = boxes.map(([x, y, w, h, score]): Seen => [x! / width, y! / height, w! / width, h! / height, score!])
    const rows = rowsOf(tracker.update(Math.round(index * intervalMs), detections(...seen)))
    return rows.map(({ id, box: [x, y, w, h] }) => [id, x! * width, y! * height, w! * width, h! * height])
  })
}

const cases = [
  { name: 'ByteTrack', ours: new ByteTracker({ ...options, lostAfterMs: 31.5 * intervalMs }), theirs: reference.byte },
  {
    name: 'SORT',
    ours: new SortTracker({ ...options, lostAfterMs: 5.5 * intervalMs, minScore: 0 }),
    theirs: reference.sort
  }
]
for (const { name, ours, theirs } of cases) {
  test(`${name} gives the reference's boxes to the reference's tracks, in every frame`, () => {
    const frames = run(ours)
    // Ids differ by when they are given; who is who must not.
    const ourIdOf = new Map<number, number>()
    let largestDifferencePx = 0
    for (const [index, rows] of frames.entries()) {
      const expected = theirs[index]!
      strictEqual(rows.length, expected.length, `rows in frame ${index}`)
      const matched = expected.map(row => {
        const difference = (own: Numbers) => Math.max(...own.slice(1).map((value, i) => Math.abs(value - row[i + 1]!)))
        const own = rows.reduce((best, other) => (difference(other) < difference(best) ? other : best))
        largestDifferencePx = Math.max(largestDifferencePx, difference(own))
        if (!ourIdOf.has(row[0]!)) ourIdOf.set(row[0]!, own[0]!)
        return [own[0], ourIdOf.get(row[0]!)]
      })
      deepStrictEqual(
        matched.filter(([own, before]) => own !== before),
        [],
        `identities in frame ${index}`
      )
    }
    ok(largestDifferencePx <= 0.2, `boxes differ by ${largestDifferencePx} px: more than 1/4096 of the frame explains`)
    strictEqual(new Set(ourIdOf.values()).size, ourIdOf.size)
  })
}
