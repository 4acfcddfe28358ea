import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Point } from '../../../src/contract/geometry.ts'
import { insidePolygon } from '../../../src/core/polygon.ts'
import { anchorOf } from '../../../src/measures/anchor.ts'
import type { TrackFrame } from '../../../src/measures/track-frame.ts'
import type { RegionQuestion } from '../../../src/store/trajectories/region-question.ts'
import type { ChunkDamage } from '../../../src/store/trajectories/stored-chunk.ts'
import { TrajectoryStore } from '../../../src/store/trajectories/trajectory-store.ts'
import { frameOf } from '../../trajectories/stored.ts'
import type { OpenStore } from './open-store.ts'
import { baseMs, keep, walks } from './stored-walks.ts'

const triangle: readonly Point[] = [
  [0.2, 0.4],
  [0.6, 0.5],
  [0.3, 0.9]
]
const whole: RegionQuestion = {
  streams: ['door'],
  fromMs: baseMs,
  toMs: baseMs + 1e6,
  area: { x: 0, y: 0, w: 1, h: 1 }
}

interface Found {
  readonly trackId: number
  readonly atMs: number
  readonly place: Point
}

/** Every point of the frames in a polygon, looked for one by one. */
function pointsIn(
  frames: readonly TrackFrame[],
  corners: readonly Point[],
  anchor: 'centre' | 'bottom-centre'
): Found[] {
  return frames.flatMap(({ ptsMs, rows, outcome }) =>
    Array.from({ length: rows.count }, (_, row) => row)
      .filter(row => outcome === 'gated' || rows.observed[row] === 1)
      .map(row => {
        return { trackId: rows.trackIds[row]!, atMs: baseMs + ptsMs, place: anchorOf(anchor, rows.boxes, row * 4) }
      })
      .filter(({ place: [x, y] }) => insidePolygon(x, y, corners))
  )
}

/** Rules of asking who was where. */
export function trajectoryRegionSuite(open: OpenStore): void {
  for (const anchor of ['bottom-centre', 'centre'] as const) {
    test(`G1 a region gives the points whose ${anchor} lies within, to the last one`, async t => {
      const database = await open(t)
      const walked = walks({ seed: 1, frames: 400, people: 6 })
      await keep(database, walked)
      await using store = new TrajectoryStore(database)
      const expected = pointsIn(walked, triangle, anchor)
      const answer = await store.region({ ...whole, area: triangle, anchor, positions: true })
      ok(expected.length > 50)
      strictEqual(answer.points, expected.length)
      const { atMs, places, tracks } = answer.positions!
      const found = Array.from(atMs, (at, point) => {
        const { trackId } = answer.tracks[tracks[point]!]!
        return { trackId, atMs: at, place: [places[point * 2], places[point * 2 + 1]] }
      })
      deepStrictEqual(found, expected)
    })
  }

  test('G2 each track has the time of its first and last point within, and how many they are', async t => {
    const database = await open(t)
    const walked = walks({ seed: 2, frames: 400, people: 6 })
    await keep(database, walked)
    await using store = new TrajectoryStore(database)
    const byTrack = Map.groupBy(pointsIn(walked, triangle, 'bottom-centre'), ({ trackId }) => trackId)
    const { tracks } = await store.region({ ...whole, area: triangle })
    deepStrictEqual(
      tracks.map(({ trackId, firstMs, lastMs, points }) => [trackId, firstMs, lastMs, points]),
      [...byTrack].map(([trackId, points]) => [trackId, points[0]!.atMs, points.at(-1)!.atMs, points.length])
    )
  })

  test('G3 buckets count points and different tracks by wall time', async t => {
    const database = await open(t)
    const walked = walks({ seed: 2, frames: 400, people: 6 })
    await keep(database, walked)
    await using store = new TrajectoryStore(database)
    const expected = Map.groupBy(
      pointsIn(walked, triangle, 'bottom-centre'),
      ({ atMs }) => Math.floor(atMs / 7000) * 7000
    )
    const { buckets } = await store.region({ ...whole, area: triangle, bucketMs: 7000 })
    ok(buckets.length > 3)
    deepStrictEqual(
      buckets,
      [...expected].map(([atMs, points]) => {
        return { atMs, points: points.length, tracks: new Set(points.map(({ trackId }) => trackId)).size }
      })
    )
  })

  test('G4 only points of the time and of the classes asked for count', async t => {
    const database = await open(t)
    const frames = Array.from({ length: 50 }, (_, frame) =>
      frameOf(
        frame,
        [
          { id: 1, box: [0.1, 0.1, 0.125, 0.5] },
          { id: 2, box: [0.5, 0.1, 0.125, 0.5], classId: 2 }
        ],
        { ptsMs: frame * 1000 }
      )
    )
    await keep(database, frames)
    await using store = new TrajectoryStore(database)
    const question = { ...whole, fromMs: baseMs + 10_000, toMs: baseMs + 20_000, labels: ['bag'] }
    const { tracks, points } = await store.region(question)
    deepStrictEqual(tracks, [
      {
        stream: 'door',
        epoch: 1,
        trackId: 2,
        label: 'bag',
        firstMs: baseMs + 10_000,
        lastMs: baseMs + 19_000,
        points: 10
      }
    ])
    strictEqual(points, 10)
  })

  test('G5 who stands still while nothing moves is there; what was only predicted is not', async t => {
    const database = await open(t)
    const box = [0.1, 0.1, 0.125, 0.5] as const
    await keep(database, [
      frameOf(0, [{ id: 1, box }]),
      frameOf(1, [{ id: 1, box }], { outcome: 'gated' }),
      frameOf(2, [{ id: 1, box }], { outcome: 'skipped' }),
      frameOf(3, [{ id: 1, box, observed: false }])
    ])
    await using store = new TrajectoryStore(database)
    strictEqual((await store.region(whole)).points, 2)
  })

  test('G6 only chunks whose bounding box touches the area are read', async t => {
    const database = await open(t)
    const left = walks({ seed: 1, frames: 100, within: [0, 0.3, 0.3, 1] })
    const right = walks({ seed: 2, frames: 100, within: [0.7, 0.3, 1, 1] }).map(frame => {
      return { ...frame, frame: frame.frame + 100, ptsMs: frame.ptsMs + 10_000 }
    })
    await keep(database, [...left, ...right])
    const isRight = 6
    await database.sql
      .updateTable('trajectory_chunks')
      .set({ bytes: new Uint8Array(9) })
      .where('chunk', '<', isRight)
      .execute()
    await using store = new TrajectoryStore(database)
    const damaged: ChunkDamage[] = []
    const onDamage = (damage: ChunkDamage) => damaged.push(damage)
    const { points } = await store.region({ ...whole, area: { x: 0.6, y: 0, w: 0.4, h: 1 } }, { onDamage })
    deepStrictEqual(damaged, [])
    ok(points > 100)
    await store.region({ ...whole, area: { x: 0, y: 0, w: 0.4, h: 1 } }, { onDamage })
    strictEqual(damaged.length, 5)
  })

  test('G7 epochs and streams have tracks of their own', async t => {
    const database = await open(t)
    const still = Array.from({ length: 5 }, (_, frame) => frameOf(frame, [{ id: 1, box: [0.1, 0.1, 0.125, 0.5] }]))
    await keep(database, still)
    await keep(database, still, { epoch: 2, baseMs: baseMs + 60_000 })
    await keep(database, still, { stream: 'hall' })
    await using store = new TrajectoryStore(database)
    const { tracks } = await store.region({ ...whole, streams: ['door', 'hall'] })
    deepStrictEqual(
      tracks.map(({ stream, epoch, trackId, points }) => [stream, epoch, trackId, points]),
      [
        ['door', 1, 1, 5],
        ['door', 2, 1, 5],
        ['hall', 1, 1, 5]
      ]
    )
  })

  test('G8 an area, a time or an answer that makes no sense or is too large is refused, by its code', async t => {
    const database = await open(t)
    await keep(database, walks({ seed: 1, frames: 400, people: 6 }))
    await using store = new TrajectoryStore(database, { tracks: 5 })
    const refused = (question: Partial<RegionQuestion>, code: string) =>
      rejects(store.region({ ...whole, ...question }), { code })
    await refused({ area: { x: 0, y: 0, w: 0, h: 1 } }, 'SL_QUERY_INVALID')
    await refused(
      {
        area: [
          [0, 0],
          [1, 1]
        ]
      },
      'SL_QUERY_INVALID'
    )
    await refused(
      {
        area: [
          [0, 0],
          [1, 1],
          [Number.NaN, 0]
        ]
      },
      'SL_QUERY_INVALID'
    )
    await refused({ bucketMs: 0 }, 'SL_QUERY_INVALID')
    await refused({ bucketMs: 1 }, 'SL_QUERY_TOO_LARGE')
    await refused({}, 'SL_QUERY_TOO_LARGE')
    await using other = new TrajectoryStore(database, { positions: 50 })
    await rejects(other.region({ ...whole, positions: true }), { code: 'SL_QUERY_TOO_LARGE' })
  })

  test('G9 an abort ends the question, and the store answers the next', async t => {
    const database = await open(t)
    await keep(database, walks({ seed: 1, frames: 2000, people: 20 }))
    await using store = new TrajectoryStore(database)
    const stopping = new AbortController()
    const asked = store.region(whole, { signal: stopping.signal })
    stopping.abort()
    await rejects(asked, { code: 'SL_CANCELLED' })
    ok((await store.region(whole)).points > 1000)
  })

  test('G10 questions that come at the same time are answered each by itself', async t => {
    const database = await open(t)
    await keep(database, walks({ seed: 1, frames: 500, people: 10 }))
    await using store = new TrajectoryStore(database)
    const areas = [0.1, 0.3, 0.5, 0.7].map(x => ({ x, y: 0, w: 0.2, h: 1 }))
    const together = await Promise.all(areas.map(area => store.region({ ...whole, area })))
    const alone = []
    for (const area of areas) alone.push(await store.region({ ...whole, area }))
    deepStrictEqual(together, alone)
  })
}
