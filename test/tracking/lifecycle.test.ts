import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createTracker, trackerNames } from '../../src/tracking/create-tracker.ts'
import { detections, frame, type Row, rowsOf, type Seen, seeded } from './scene.ts'

/** What is to be seen at a time, in milliseconds: the same whatever the frame rate. */
type Scene = (ms: number) => readonly Seen[]

interface Shown {
  readonly ms: number
  readonly rows: readonly Row[]
  readonly ended: readonly number[]
}

/** What a tracker shows of a scene that is looked at `fps` times a second. */
function watch(name: string, fps: number, toMs: number, scene: Scene): Shown[] {
  const tracker = createTracker(name, { frame, fps })
  return Array.from({ length: (toMs * fps) / 1000 }, (_, index) => {
    const ms = Math.round((index * 1000) / fps)
    const rows = rowsOf(tracker.update(ms, detections(...scene(ms))))
    return { ms, rows, ended: [...tracker.ended] }
  })
}

const idsIn = (shown: readonly Shown[]) => [...new Set(shown.flatMap(({ rows }) => rows.map(({ id }) => id)))]

/** Nobody is seen from `fromMs` on, until `toMs`. */
const hiding =
  (fromMs: number, toMs: number, scene: Scene): Scene =>
  ms =>
    ms > fromMs && ms < toMs ? [] : scene(ms)
const walking: Scene = ms => [[0.1 + ms * 0.00012, 0.4, 0.06, 0.3]]
const standing: Scene = () => [[0.4, 0.4, 0.06, 0.3]]
/** Walks half out of the picture in 1.6 s, stands there, and walks in again from 3.6 s on. */
const atTheEdge: Scene = ms => [[0.9 + 0.00005 * (Math.min(ms, 1600) - Math.max(0, ms - 3600)), 0.4, 0.06, 0.3]]
/** The taller one walks to the right, the other to the left and behind them for a moment. */
const crossing: Scene = ms => {
  const [left, right] = [0.2 + ms * 0.000125, 0.7 - ms * 0.000125]
  const taller: Seen = [left, 0.4, 0.06, 0.3]
  return Math.abs(left - right) > 0.02 ? [taller, [right, 0.42, 0.05, 0.28]] : [taller]
}
const random = seeded(3)
const speeds = Array.from({ length: 7 }, () => (random() - 0.5) * 0.00008)
const crowd: Scene = ms =>
  speeds.map((speed, nth): Seen => {
    const sway = Math.sin(ms / 300 + nth) * 0.002
    return [0.1 + nth * 0.11 + speed * ms + sway, 0.05 + nth * 0.12, 0.06, 0.25]
  })

for (const name of trackerNames) {
  for (const fps of [5, 10, 25, 60]) {
    const watched = (toMs: number, scene: Scene) => watch(name, fps, toMs, scene)

    test(`T20 ${name} at ${fps} fps: a crowd is as many as at any other rate`, () => {
      deepStrictEqual(idsIn(watched(5000, crowd)).length, crowd(0).length)
    })

    test(`T20 ${name} at ${fps} fps: who is gone ends after lostAfterMs, in the first frame that is later`, () => {
      const { ms, ended } = watched(5000, hiding(1000, Number.POSITIVE_INFINITY, standing)).find(
        ({ ended }) => ended.length > 0
      )!
      deepStrictEqual(ended, [1])
      ok(ms > 2800 && ms <= 3000 + 1000 / fps, `ended at ${ms}`)
    })

    test(`T21 ${name} at ${fps} fps: who walks behind furniture and comes out in time is who went in`, () => {
      deepStrictEqual(idsIn(watched(5000, hiding(1500, 2600, walking))), [1])
    })

    test(`T22 ${name} at ${fps} fps: two who cross, one hidden by the other for a moment, stay who they are`, () => {
      const byHeight = (shown: Shown) => shown.rows.toSorted((a, b) => a.box[3]! - b.box[3]!).map(({ id }) => id)
      const shown = watched(4000, crossing)
      deepStrictEqual(byHeight(shown.at(-1)!), byHeight(shown[0]!))
    })

    test(`T23 ${name} at ${fps} fps: who is not seen at the picture's edge for a moment is who they were`, () => {
      deepStrictEqual(idsIn(watched(6000, hiding(2600, 3500, atTheEdge))), [1])
    })

    test(`T23 ${name} at ${fps} fps: who comes back after more than lostAfterMs is somebody else`, () => {
      deepStrictEqual(idsIn(watched(5000, hiding(1000, 3500, standing))), [1, 2])
    })
  }

  test(`T24 ${name}: boxes leave the frame as they are seen, nothing is cut off`, () => {
    const tracker = createTracker(name, { frame, fps: 25 })
    for (let index = 0; index < 60; index++) {
      const box: Seen = [0.75 + index * 0.005, -0.125, 0.25, 0.5]
      const [row] = rowsOf(tracker.update(index * 40, detections(box)))
      const quantised = Math.round(box[0] * 4096) / 4096
      ok(row && Math.abs(row.box[0]! - quantised) < 1e-9 && row.box[1] === -0.125, `${row?.box} of ${box}`)
    }
  })

  test(`T25 ${name}: a picture frozen for an hour, analysed all the same, changes nothing`, () => {
    const tracker = createTracker(name, { frame, fps: 25 })
    const frozen = detections(...crowd(0))
    for (let index = 0; index < 10; index++) tracker.update(index * 40, frozen)
    const before = rowsOf(tracker.update(400, frozen))
    for (let second = 1; second <= 3600; second++) tracker.update(400 + second * 1000, frozen)
    deepStrictEqual(rowsOf(tracker.update(3_602_000, frozen)), before)
  })

  test(`T26 ${name}: two whose classes swap in every frame stay two, and who they were`, () => {
    const tracker = createTracker(name, { frame, fps: 25 })
    const left: number[] = []
    for (let index = 0; index < 50; index++) {
      const two = [0.3, 0.4].map((x, nth): Seen => [x, 0.4, 0.06, 0.3, 0.9, (index + nth) % 2])
      const rows = rowsOf(tracker.update(index * 40, detections(...two)))
      deepStrictEqual(rows.length, 2)
      left.push(rows.find(({ box }) => box[0]! < 0.35)!.id)
    }
    deepStrictEqual(new Set(left).size, 1)
  })
}
