import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DetectionColumns } from '../../../src/core/columns.ts'
import { frameTruth } from '../../../src/simulator/ground-truth.ts'
import { MatchWorld } from '../../../src/simulator/match/match-world.ts'
import { SeededRandom } from '../../../src/simulator/random.ts'
import { type Area, mergeViews } from '../../../src/vision/tiles/merge-views.ts'
import { tilesOf } from '../../../src/vision/tiles/tile-grid.ts'
import { areaOf, areasOf, idealViews, type Seen } from '../../support/ideal-views.ts'

const frame = { width: 1000, height: 1000 }
/** Two by two: tiles end at 0.556, and the next begin at 0.444. */
const [whole, ...tiles] = areasOf(frame, tilesOf(frame, frame, { columns: 2, rows: 2 })) as [Area, ...Area[]]

const cases: { rule: string; areas: readonly Area[]; objects: readonly Seen[] }[] = [
  {
    rule: 'what two tiles and the whole frame see is one box',
    areas: [whole, ...tiles],
    objects: [{ box: [0.46, 0.1, 0.06, 0.2] }]
  },
  {
    rule: 'what all four tiles see whole is one box',
    areas: tiles,
    objects: [{ box: [0.47, 0.46, 0.05, 0.08] }]
  },
  {
    rule: 'a person on a seam is one box where no view sees all of it',
    areas: tiles,
    objects: [{ box: [0.35, 0.1, 0.3, 0.25] }]
  },
  {
    rule: 'a person on the crossing of two seams is one box where no view sees all of it',
    areas: tiles,
    objects: [{ box: [0.38, 0.36, 0.24, 0.28] }]
  },
  {
    rule: 'a person on a seam is the box of the view that sees all of it',
    areas: [whole, ...tiles],
    objects: [{ box: [0.2, 0.1, 0.6, 0.3] }]
  },
  {
    rule: 'two who walk side by side over a seam are two boxes',
    areas: [whole, ...tiles],
    objects: [{ box: [0.45, 0.1, 0.05, 0.2] }, { box: [0.51, 0.1, 0.05, 0.2], score: 0.6 }]
  },
  {
    rule: 'two whose boxes overlap by a third on a seam stay two, as the model tells them apart',
    areas: [whole, ...tiles],
    objects: [{ box: [0.47, 0.1, 0.04, 0.2] }, { box: [0.49, 0.1, 0.04, 0.2], score: 0.5 }]
  },
  {
    rule: 'a bicycle and who rides it are two boxes',
    areas: [whole, ...tiles],
    objects: [{ box: [0.46, 0.1, 0.06, 0.2] }, { box: [0.46, 0.12, 0.06, 0.2], classId: 1 }]
  },
  {
    rule: 'what touches an edge of the frame is no piece',
    areas: [whole, ...tiles],
    objects: [{ box: [0, 0.1, 0.05, 0.2] }, { box: [0.9, 0.9, 0.1, 0.1] }]
  }
]
for (const { rule, areas, objects } of cases)
  test(rule, () => {
    const merged = mergeViews(idealViews(areas, objects))
    deepStrictEqual(rounded(merged), objects.map(({ box }) => box.map(round)).sort())
  })

test('of boxes that are the same object the surest stays, with its class and its landmarks', () => {
  const found = (score: number, x: number) => {
    const columns = new DetectionColumns(1, true)
    columns.landmarks!.fill(score, 0, 10)
    columns.push(x, 0.2, 0.1, 0.3, score, 3)
    return columns
  }
  const merged = mergeViews([
    { area: [0, 0, 1, 1], found: found(0.5, 0.1) },
    { area: [0, 0, 0.5, 0.5], found: found(0.9, 0.2) }
  ])
  deepStrictEqual([merged.count, merged.scores[0], merged.classIds[0]], [2, 0.9, 3])
  deepStrictEqual([...merged.landmarks!.subarray(0, 10)], Array(10).fill(0.45))
})

test('objects apart from one another are as many as there are, wherever seams lie and whatever the whole frame shows', () => {
  const share = (min: number, max: number) => fc.double({ min, max, noNaN: true })
  const object = fc.record({ w: share(0.02, 0.4), h: share(0.02, 0.4), score: share(0.3, 0.99) })
  const grids = fc.record({ columns: fc.integer({ min: 1, max: 4 }), rows: fc.integer({ min: 1, max: 4 }) })
  fc.assert(
    fc.property(fc.array(object, { minLength: 4, maxLength: 4 }), grids, share(0, 0.2), (sizes, grid, least) => {
      // One in each quarter of the frame.
      const objects = sizes.map(({ w, h, score }, at) => ({
        box: [(at % 2) * 0.5 + (0.5 - w) / 2, Math.floor(at / 2) * 0.5 + (0.5 - h) / 2, w, h] as const,
        score
      }))
      const areas = areasOf(frame, tilesOf(frame, frame, grid))
      const merged = mergeViews(idealViews(areas, objects, areas.length > 1 ? least : 0))
      deepStrictEqual(rounded(merged), objects.map(({ box }) => box.map(round)).sort())
    }),
    { numRuns: 300 }
  )
})

test('players of a simulated match on seams are one box each, and none is lost', () => {
  const size = { width: 1280, height: 720 }
  const world = new MatchWorld(new SeededRandom(3), { ...size, camera: 'pan', playersPerTeam: 11 })
  const areas = areasOf(size, tilesOf(size, { width: 416, height: 416 }, { columns: 3, rows: 2 }))
  let [people, extra, lost] = [0, 0, 0]
  for (let step = 0; step < 100; step++) {
    world.step(0.2)
    const boxes = frameTruth(world.moment())
      .people.filter(({ visibility }) => visibility > 0.5)
      .map(({ box: { x, y, w, h } }): Area => {
        const [left, top] = [Math.max(0, x), Math.max(0, y)]
        const [right, bottom] = [Math.min(size.width, x + w), Math.min(size.height, y + h)]
        return [left / size.width, top / size.height, (right - left) / size.width, (bottom - top) / size.height]
      })
    const merged = mergeViews(
      idealViews(
        areas,
        boxes.map(box => ({ box })),
        0.1
      )
    )
    const left = new Set(Array.from({ length: merged.count }, (_, row) => areaOf(merged, row).map(round).join()))
    people += boxes.length
    for (const box of boxes) if (!left.delete(box.map(round).join())) lost++
    extra += left.size
  }
  ok(people > 1000, `${people}`)
  deepStrictEqual([extra, lost], [0, 0], `of ${people}`)
})

function rounded(merged: DetectionColumns): number[][] {
  return Array.from({ length: merged.count }, (_, row) => areaOf(merged, row).map(round)).sort()
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

/** What one view says it sees, by its surest first: boxes normalised to the frame. */
function view(area: Area, ...boxes: readonly Area[]) {
  const found = new DetectionColumns(boxes.length)
  const [left, top, width, height] = area
  for (const [at, [x, y, w, h]] of boxes.entries())
    found.push((x - left) / width, (y - top) / height, w / width, h / height, 0.9 - at / 10, 0)
  return { area, found }
}

const [leftHalf, rightHalf] = [[0, 0, 0.6, 1] as const, [0.4, 0, 0.6, 1] as const]

test('one at an edge of the frame who stands before another is no piece of that one', () => {
  const [large, small] = [[0.02, 0.1, 0.3, 0.5] as const, [0, 0.2, 0.1, 0.1] as const]
  deepStrictEqual(mergeViews([view(whole, large, small)]).count, 2)
})

test('a piece of somebody whom another view sees whole is no second box', () => {
  const [person, legs] = [[0.3, 0.1, 0.4, 0.6] as const, [0.4, 0.5, 0.1, 0.1] as const]
  const merged = mergeViews([view(whole, person), view(rightHalf, legs)])
  deepStrictEqual(rounded(merged), [[...person]])
})

test('a piece in another piece stays: neither is known to be whole', () => {
  const [large, small] = [[0.3, 0.1, 0.3, 0.8] as const, [0.4, 0.2, 0.1, 0.2] as const]
  deepStrictEqual(mergeViews([view(leftHalf, large), view(rightHalf, small)]).count, 2)
})

test('two whom one view tells apart stay two, however much they overlap', () => {
  const pair = [[0.47, 0.1, 0.04, 0.2] as const, [0.48, 0.1, 0.04, 0.2] as const]
  deepStrictEqual(mergeViews([view(whole, ...pair)]).count, 2)
  // The first view sees one of them; the second tells two apart, of which one is that.
  deepStrictEqual(mergeViews([view(whole, pair[0]!), view(rightHalf, ...pair)]).count, 2)
})
