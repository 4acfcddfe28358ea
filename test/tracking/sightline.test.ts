import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { SightlineOptions } from '../../src/tracking/sightline-options.ts'
import { SightlineTracker } from '../../src/tracking/sightline-tracker.ts'
import { detections, frame, idsOf, rowsOf, type Seen } from './scene.ts'

/** What is to be seen at a time, in milliseconds. */
type Scene = (ms: number) => readonly Seen[]

interface Shown {
  readonly ms: number
  readonly ids: number[]
  readonly ended: number[]
}

/** What is shown of a scene, frame by frame. */
function watch(scene: Scene, toMs: number, fps = 25, options: Partial<SightlineOptions> = {}): Shown[] {
  const tracker = new SightlineTracker({ frame, fps, ...options })
  return Array.from({ length: Math.ceil((toMs * fps) / 1000) }, (_, index) => {
    const ms = Math.round((index * 1000) / fps)
    const ids = idsOf(tracker.update(ms, detections(...scene(ms))))
    return { ms, ids, ended: [...tracker.ended] }
  })
}

const idsIn = (shown: readonly Shown[]) => [...new Set(shown.flatMap(({ ids }) => ids))]
/** Five who stand about, for the motion of the picture to be told by. */
const crowd: readonly Seen[] = [0.1, 0.3, 0.5, 0.7, 0.85].map((x, i): Seen => [x, 0.1 + i * 0.12, 0.05, 0.25])
const moved = (boxes: readonly Seen[], x: number, y = 0) =>
  boxes.map(([left, top, w, h, score]): Seen => [left + x, top + y, w, h, score])

test('S3 who leaves the picture and comes back at once is the same, outside of it as well', () => {
  const x = (ms: number) => (ms < 2000 ? 0.77 + ms * 0.000125 : 1.02 - (ms - 2000) * 0.000125)
  const isOut = (ms: number) => x(ms) > 0.99
  deepStrictEqual(idsIn(watch(ms => (isOut(ms) ? [] : [[x(ms), 0.4, 0.06, 0.3]]), 4000)), [1])
})

test('S4 when the camera turns, who is hidden meanwhile is found where the others have gone', () => {
  const turn = (ms: number) => (ms < 1000 ? 0 : Math.min(0.4, (ms - 1000) * 0.0004))
  const hidden: Seen = [0.2, 0.6, 0.05, 0.25]
  const scene: Scene = ms => [...moved(crowd, turn(ms)), ...(ms > 900 && ms < 2300 ? [] : moved([hidden], turn(ms)))]
  deepStrictEqual(idsIn(watch(scene, 4000)), [1, 2, 3, 4, 5, 6])
})

test('S4 a camera that zooms in loses nobody', () => {
  const zoomed = (ms: number): Seen[] => {
    const by = 1 + Math.min(1, ms / 3000)
    return crowd.map(([x, y, w, h]): Seen => [0.5 + (x - 0.5) * by, 0.5 + (y - 0.5) * by, w * by, h * by])
  }
  deepStrictEqual(idsIn(watch(zoomed, 4000)).length, 5)
})

/** One person, hidden from frame 10 to 24 while the camera turns by `shift` of the width a frame; motion is told or is not. */
function turnTold(isTold: boolean, every = 1): number[] {
  const tracker = new SightlineTracker({ frame, fps: 25 })
  const shift = 0.015
  const ids = new Set<number>()
  for (let index = 0; index < 40; index++) {
    const turned = Math.max(0, Math.min(25, index) - 5) * shift
    const told = (Math.max(0, Math.min(25, index) - 5) - Math.max(0, Math.min(25, index - every) - 5)) * shift
    const boxes: Seen[] = index >= 10 && index < 25 ? [] : [[0.2 + turned, 0.6, 0.05, 0.25]]
    if (index % every > 0) tracker.predict(index * 40)
    else {
      const motion = isTold ? { scale: 1, x: told, y: 0 } : undefined
      for (const id of idsOf(tracker.update(index * 40, detections(...boxes), { motion }))) ids.add(id)
    }
  }
  return [...ids]
}

test('T17 who is hidden alone while the camera turns is found again where somebody tells how it turns', () => {
  deepStrictEqual(turnTold(true), [1])
  ok(turnTold(false).length > 1)
})

test('T17 told once in five frames, it is the motion of all five', () => {
  deepStrictEqual(turnTold(true, 5), [1])
})

test('S5 a camera cut ends every track in that frame, and others are shown at once', () => {
  const other: Seen[] = [0.02, 0.2, 0.4, 0.6, 0.78].map((x, i): Seen => [x, 0.65 - i * 0.1, 0.03, 0.1])
  const shown = watch(ms => (ms < 1000 ? crowd : other), 1200)
  const cut = shown.find(({ ms }) => ms === 1000)!
  deepStrictEqual(cut, { ms: 1000, ids: [6, 7, 8, 9, 10], ended: [1, 2, 3, 4, 5] })
})

test('S5 a cut that nobody told is said to be one', () => {
  const tracker = new SightlineTracker({ frame, fps: 25 })
  for (let index = 0; index < 5; index++) tracker.update(index * 40, detections(...crowd))
  strictEqual(tracker.isCut, false)
  tracker.update(200, detections(...crowd.map(([x, y]): Seen => [(x + 0.4) % 0.8, (y + 0.3) % 0.7, 0.02, 0.06])))
  strictEqual(tracker.isCut, true)
})

test('S5 boxes that are all elsewhere are no cut where somebody knows how the picture moved', () => {
  const tracker = new SightlineTracker({ frame, fps: 25 })
  for (let index = 0; index < 5; index++) tracker.update(index * 40, detections(...crowd))
  const elsewhere = crowd.map(([x, y]): Seen => [(x + 0.4) % 0.8, (y + 0.3) % 0.7, 0.02, 0.06])
  tracker.update(200, detections(...elsewhere), { motion: { scale: 1, x: 0, y: 0 } })
  deepStrictEqual([tracker.isCut, [...tracker.ended]], [false, []])
})

test('S5 a frame in which all are missed is no cut', () => {
  deepStrictEqual(idsIn(watch(ms => (ms === 1000 ? [] : crowd), 2000)), [1, 2, 3, 4, 5])
})

test('S5 when most of a crowd is missed at once, it is no cut', () => {
  deepStrictEqual(idsIn(watch(ms => (ms === 1000 ? crowd.slice(0, 1) : crowd), 2000)), [1, 2, 3, 4, 5])
})

for (const fps of [5, 10, 25, 60]) {
  test(`S7 at ${fps} fps somebody new is shown after the same time as at any other rate`, () => {
    const late: Scene = ms => (ms < 1000 ? [] : [[0.4, 0.4, 0.06, 0.3]])
    const shownMs = watch(late, 3000, fps).find(({ ids }) => ids.length > 0)!.ms
    ok(shownMs <= 1030 + 1000 / fps && shownMs > 1000, `shown at ${shownMs}`)
  })
}

test('S8 with coastMs who is missed for a moment is shown where they are thought to be, as not observed', () => {
  const tracker = new SightlineTracker({ frame, fps: 25, coastMs: 100 })
  for (let index = 0; index < 10; index++) tracker.update(index * 40, detections([0.2 + index * 0.01, 0.4, 0.06, 0.3]))
  const counts = [10, 11, 12, 13].map(index => rowsOf(tracker.update(index * 40, detections())))
  deepStrictEqual(
    counts.map(rows => rows.map(({ id, observed }) => [id, observed])),
    [[[1, false]], [[1, false]], [], []]
  )
  ok(Math.abs(counts[1]![0]!.box[0]! - 0.31) < 0.01, String(counts[1]![0]!.box))
})

test('S9 a box seen once is never shown', () => {
  deepStrictEqual(idsIn(watch(ms => (ms === 400 ? [[0.4, 0.4, 0.1, 0.4]] : []), 2000)), [])
})

const faint = (score: number, x = 0.4): Seen => [x, 0.4, 0.06, 0.3, score]
const sure = faint(0.9)
const unsure: readonly {
  readonly rule: string
  readonly frames: readonly (readonly Seen[])[]
  readonly ids: number[]
}[] = [
  { rule: 'keeps a track alive', frames: [[sure], [sure], [faint(0.15)], [faint(0.15)]], ids: [1] },
  { rule: 'begins nothing', frames: [[], [faint(0.15)], [faint(0.15)], [faint(0.15)]], ids: [] },
  { rule: 'brings nobody back who was missed', frames: [[sure], [sure], [], [faint(0.15)]], ids: [] },
  { rule: 'that lies a little off is nobody’s', frames: [[sure], [sure], [faint(0.15, 0.425)]], ids: [] },
  { rule: 'below 0.1 is none at all', frames: [[sure], [sure], [faint(0.08)]], ids: [] },
  {
    rule: 'of less than a half begins nothing either',
    frames: [[], [faint(0.45)], [faint(0.45)], [faint(0.45)]],
    ids: []
  },
  {
    rule: 'of less than a half is as good as any to who is there',
    frames: [[sure], [sure], [faint(0.3, 0.425)]],
    ids: [1]
  }
]
for (const { rule, frames, ids } of unsure)
  test(`S10 a box of low score ${rule}`, () => {
    const tracker = new SightlineTracker({ frame, fps: 25 })
    const shown = frames.map((boxes, index) => idsOf(tracker.update(index * 40, detections(...boxes))))
    deepStrictEqual(shown.at(-1), ids)
  })

/** Ids at the end: somebody stands, is missed for so many frames, and is at other places then. */
function foundAt(missed: number, ...boxes: readonly Seen[]): number[] {
  const tracker = new SightlineTracker({ frame, fps: 25 })
  for (let index = 0; index < 25; index++) tracker.update(index * 40, detections([0.4, 0.4, 0.06, 0.3]))
  for (let index = 25; index < 25 + missed; index++) tracker.update(index * 40, detections())
  const found = rowsOf(tracker.update((25 + missed) * 40, detections(...boxes)))
  return found.map(({ id, box }) => (id === 1 ? boxes.findIndex(each => Math.abs(each[0] - box[0]!) < 0.001) : -1))
}

test('S11 who moved on by more than they overlap with themselves is found, by a margin', () => {
  deepStrictEqual(foundAt(0, [0.4375, 0.4, 0.06, 0.3]), [0])
  deepStrictEqual(foundAt(0, [0.45, 0.4, 0.06, 0.3]), [])
})

test('S11 the longer somebody is missed, the farther away they are found, up to a limit', () => {
  deepStrictEqual(foundAt(12, [0.45, 0.4, 0.06, 0.3]), [0])
  deepStrictEqual(foundAt(45, [0.5, 0.4, 0.06, 0.3]), [])
})

test('S12 of two boxes that lie as near, a track takes the one that is as high as before', () => {
  deepStrictEqual(foundAt(0, [0.4, 0.4, 0.06, 0.24], [0.41, 0.4, 0.06, 0.3]), [1])
})

test('S12 of two boxes that lie as near, a track takes the surer one', () => {
  deepStrictEqual(foundAt(0, [0.39, 0.4, 0.06, 0.3, 0.3], [0.411, 0.4, 0.06, 0.3, 0.95]), [1])
})

/** How far who walked for a second is thought to have gone when they have been missed for another. */
function goneOn(options: Partial<SightlineOptions>): number {
  const tracker = new SightlineTracker({ frame, fps: 25, coastMs: 2000, ...options })
  const at = (index: number): Seen => [0.1 + index * 0.008, 0.4, 0.06, 0.3]
  for (let index = 0; index < 25; index++) tracker.update(index * 40, detections(at(index)))
  let last = at(24)[0]
  for (let index = 25; index < 50; index++) last = rowsOf(tracker.update(index * 40, detections()))[0]!.box[0]!
  return last - at(24)[0]
}

test('S13 who is missed is thought to slow down', () => {
  const [slowed, straight] = [goneOn({}), goneOn({ slowing: 0 })]
  ok(Math.abs(straight - 0.2) < 0.02 && slowed < 0.92 * straight && slowed > 0.7 * straight, `${slowed} of ${straight}`)
})

for (const [name, value] of Object.entries({ highScore: 2, buffer: -1, coastMs: Number.NaN, slowing: Infinity })) {
  test(`T16 sightline: ${name} of ${value} is refused by name and value`, () => {
    const message = new RegExp(`${name} is ${value}`)
    throws(() => new SightlineTracker({ frame, [name]: value }), { code: 'SL_OPTION_INVALID', message })
  })
}
