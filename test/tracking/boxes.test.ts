import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { BotSortTracker } from '../../src/tracking/bot-sort.ts'
import { ByteTracker } from '../../src/tracking/byte-track.ts'
import { iou } from '../../src/tracking/iou.ts'
import { OcSortTracker } from '../../src/tracking/oc-sort.ts'
import { SightlineTracker } from '../../src/tracking/sightline-tracker.ts'
import { SortTracker } from '../../src/tracking/sort.ts'
import type { BoxSource, Tracker } from '../../src/tracking/tracker.ts'
import { detections, frame, idsOf, rowsOf, type Seen, seeded } from './scene.ts'

const intervalMs = 40
const options = { frame, fps: 25 }
/** All show a box from its first sight on, so that rules read the same for all. */
const makers: Record<string, (boxes?: BoxSource) => Tracker> = {
  'bot-sort': boxes => new BotSortTracker({ ...options, boxes, confirmHits: 0 }),
  byte: boxes => new ByteTracker({ ...options, boxes, confirmHits: 0 }),
  'oc-sort': boxes => new OcSortTracker({ ...options, boxes, minHits: 0 }),
  sightline: boxes => new SightlineTracker({ ...options, boxes, confirmMs: 0 }),
  sort: boxes => new SortTracker({ ...options, boxes, minHits: 0 })
}

/** Who comes in at the bottom edge: head and shoulders first, wide, and in the end a standing figure, high and narrow. */
const entering = Array.from({ length: 25 }, (_, i): Seen => {
  const height = Math.min(0.5, 0.1 + i * 0.025)
  const width = 0.22 - height * 0.26
  return [0.4 - width / 2 + i * 0.002, 1 - height - Math.max(0, i - 16) * 0.01, width, height]
})

/** x, y, w, h of a detection or a row; a detection's score and class may follow. */
type Box = readonly (number | undefined)[]
const edgesOf = ([x, y, w, h]: Box) => [x!, y!, x! + w!, y! + h!]
const quantised = (box: Box) => edgesOf(box).map(edge => Math.round(edge * 4096) / 4096)
const overlap = (a: Box, b: Box) => iou(Float64Array.from(edgesOf(a)), 0, Float64Array.from(edgesOf(b)), 0)
const centreOf = ([x, y, w, h]: readonly number[]) => [x! + w! / 2, y! + h! / 2]

/** What is shown after each frame of `boxes`, one track. */
function follow(tracker: Tracker, boxes: readonly Seen[]): (readonly number[])[] {
  return boxes.map((box, index) => rowsOf(tracker.update(index * intervalMs, detections(box)))[0]!.box)
}

/** Eight who walk at heights of their own; they tremble, and are missed now and then. */
function crowd(seed: number): Seen[][] {
  const random = seeded(seed)
  const tremble = () => (random() - 0.5) * 0.02
  return Array.from({ length: 60 }, (_, index) =>
    Array.from(
      { length: 8 },
      (_, walker): Seen => [index * 0.005 * walker + tremble(), walker * 0.1, 0.08 + tremble(), 0.1, random()]
    )
  )
}

for (const [name, make] of Object.entries(makers)) {
  test(`T10 ${name}: an observed row shows its detection's box, to 1/4096`, () => {
    deepStrictEqual(follow(make(), entering).map(edgesOf), entering.map(quantised))
  })

  test(`T10 ${name}: every observed row of a crowd is a box of that frame, no two the same`, () => {
    const tracker = make()
    for (const [index, boxes] of crowd(2).entries()) {
      const seen = boxes.map(box => quantised(box).join())
      const shown = rowsOf(tracker.update(index * intervalMs, detections(...boxes))).map(row => edgesOf(row.box).join())
      deepStrictEqual(
        shown.filter(box => !seen.includes(box)),
        []
      )
      deepStrictEqual(new Set(shown).size, shown.length)
    }
  })

  test(`T7 ${name}: a held frame repeats the detection's box`, () => {
    const tracker = make()
    follow(tracker, entering)
    const [row] = rowsOf(tracker.hold(entering.length * intervalMs))
    deepStrictEqual(edgesOf(row!.box), quantised(entering.at(-1)!))
  })

  test(`T8 ${name}: skipped frames go on from the detection's box, each by the same way`, () => {
    const tracker = make()
    const shown = follow(tracker, entering)
    for (let i = 0; i < 5; i++) {
      const [row] = rowsOf(tracker.predict((entering.length + i) * intervalMs))
      shown.push(row!.box)
    }
    const [first, ...rest] = shown.slice(-6).map(centreOf)
    const ways = rest.map((centre, i) => centre.map((at, axis) => at - [first!, ...rest][i]![axis]!))
    for (const way of ways)
      ok(
        way.every((length, axis) => Math.abs(length - ways[0]![axis]!) < 2 / 4096),
        JSON.stringify(ways)
      )
    ok(overlap(shown.at(-6)!, shown.at(-5)!) > 0.9, 'the first of them jumps')
  })

  test(`T8 ${name}: a skipped frame after a held one goes on from the detection's box`, () => {
    const [held, other] = [make(), make()]
    for (const tracker of [held, other]) follow(tracker, entering)
    const nextMs = entering.length * intervalMs
    held.hold(nextMs)
    deepStrictEqual(rowsOf(held.predict(nextMs + intervalMs)), rowsOf(other.predict(nextMs)))
  })

  const hasWidth = name === 'bot-sort' || name === 'sightline'
  test(`T10 ${name}: by the filter's boxes who changes shape is ${hasWidth ? 'where they were' : 'far from what was'} seen`, () => {
    const overlaps = follow(make('filter'), entering).map((box, i) => overlap(box, entering[i]!))
    strictEqual(Math.min(...overlaps) >= 0.85, hasWidth, String(overlaps))
  })

  test(`T10 ${name}: whose boxes are handed out changes nobody's id, sight, score or end`, () => {
    const run = (tracker: Tracker) =>
      crowd(4).map((boxes, index) => {
        const ptsMs = index * intervalMs
        const isSkipped = index % 7 > 4
        const rows = isSkipped ? tracker.predict(ptsMs) : tracker.update(ptsMs, detections(...boxes))
        const told = rowsOf(rows).map(({ box: _, ...rest }) => rest)
        return [told, [...tracker.ended]]
      })
    deepStrictEqual(run(make('detection')), run(make('filter')))
  })

  test(`T8 ${name}: who was only ever seen in one place stays there in skipped frames`, () => {
    const tracker = make()
    const standing: Seen = [0.25, 0.25, 0.125, 0.5]
    follow(tracker, new Array(9).fill(standing))
    deepStrictEqual(rowsOf(tracker.predict(9 * intervalMs))[0]?.box, standing)
    deepStrictEqual(idsOf(tracker.update(10 * intervalMs, detections(standing))), [1])
  })
}
