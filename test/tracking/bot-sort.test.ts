import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { BotSortTracker } from '../../src/tracking/bot-sort.ts'
import type { PictureShift } from '../../src/tracking/tracker.ts'
import { detections, frame, idsOf, type Seen } from './scene.ts'

const people: readonly Seen[] = [0.2, 0.5, 0.8].map((x, i): Seen => [x, 0.1 + i * 0.2, 0.04, 0.2])

/** Ids after the picture jumped: people are at `scale` · where they were + `x`, and the tracker is told `motion`. */
function idsAfter({ scale, x, roll = 0 }: PictureShift, motion?: PictureShift): number[] {
  const tracker = new BotSortTracker({ frame, fps: 25 })
  for (let index = 0; index < 5; index++) tracker.update(index * 40, detections(...people))
  const moved = people.map(([left, top, w, h]): Seen => {
    const [wasX, wasY] = [(left + w / 2) * frame.width, (top + h / 2) * frame.height]
    const middleX = ((Math.cos(roll) * wasX - Math.sin(roll) * wasY) / frame.width) * scale + x
    const middleY = ((Math.sin(roll) * wasX + Math.cos(roll) * wasY) / frame.height) * scale
    return [middleX - w / 2, middleY - h / 2, w, h]
  })
  tracker.update(200, detections(...moved), { motion })
  return idsOf(tracker.update(240, detections(...moved), { motion: { scale: 1, x: 0, y: 0 } })).toSorted()
}

const jump = { scale: 1, x: 0.15, y: 0 }
const zoom = { scale: 1.2, x: -0.1, y: 0 }
const roll = { scale: 1, x: 0.05, y: 0, roll: 0.15 }
const cases = [
  {
    rule: 'a camera that jumps loses everybody where nobody says that it did',
    moved: jump,
    told: undefined,
    ids: [4, 5, 6]
  },
  { rule: 'tracks jump with the camera where somebody says so', moved: jump, told: jump, ids: [1, 2, 3] },
  { rule: 'tracks move apart when it zooms in', moved: zoom, told: zoom, ids: [1, 2, 3] },
  { rule: 'tracks turn with the picture when it rolls', moved: roll, told: roll, ids: [1, 2, 3] },
  { rule: 'a roll that nobody tells loses everybody', moved: roll, told: undefined, ids: [4, 5, 6] },
  {
    rule: 'a motion of NaN is none',
    moved: { scale: 1, x: 0, y: 0 },
    told: { scale: Number.NaN, x: 0.15, y: 0 },
    ids: [1, 2, 3]
  },
  {
    rule: 'a motion that no camera does is none',
    moved: { scale: 1, x: 0, y: 0 },
    told: { scale: 1, x: 7, y: 0 },
    ids: [1, 2, 3]
  }
]
for (const { rule, moved, told, ids } of cases) test(rule, () => deepStrictEqual(idsAfter(moved, told), ids))
