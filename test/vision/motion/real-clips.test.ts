import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Box } from '../../../src/contract/geometry.ts'
import { requestBytes } from '../../../src/core/fit.ts'
import { openVideo } from '../../../src/media/open-video.ts'
import { MotionDetector } from '../../../src/vision/motion/motion-detector.ts'
import { MotionGate } from '../../../src/vision/motion/motion-gate.ts'
import { realClip } from '../../support/material.ts'

interface Watched {
  readonly boxes: readonly Box[]
  readonly open: boolean
}

/** What detector and gate say to each frame of a clip. */
async function watch(path: string, toMs?: number): Promise<Watched[]> {
  await using video = await openVideo(path, { toMs })
  await using detector = new MotionDetector({ frame: video.facts })
  const gate = new MotionGate()
  const luma = Buffer.alloc(requestBytes(gate.request))
  const watched: Watched[] = []
  for await (const frame of video.frames()) {
    using _ = frame
    await frame.scaleInto(gate.request, luma)
    const slot = await detector.acquire()
    const placed = await frame.scaleInto(detector.request, slot.pixels)
    const { count, boxes } = await detector.detect(slot, placed, frame.ptsMs)
    watched.push({
      open: gate.decide(luma, frame.ptsMs) === 'detect',
      boxes: Array.from({ length: count }, (_, i) => ({
        x: boxes[4 * i]!,
        y: boxes[4 * i + 1]!,
        w: boxes[4 * i + 2]!,
        h: boxes[4 * i + 3]!
      }))
    })
  }
  return watched
}

/** Objects that were seen in at least `fewest` frames, boxes of neighbouring frames being the same where they overlap. */
function countObjects(frames: readonly Watched[], fewest: number): number {
  let open: { box: Box; seen: number; last: number }[] = []
  let objects = 0
  for (const [index, { boxes }] of frames.entries()) {
    for (const box of boxes) {
      const known = open.find(object => overlap(object.box, box) > 0 && object.last < index)
      if (!known) open.push({ box, seen: 1, last: index })
      else {
        known.box = box
        known.last = index
        if (++known.seen === fewest) objects++
      }
    }
    open = open.filter(object => index - object.last < 5)
  }
  return objects
}

function overlap(a: Box, b: Box): number {
  const across = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)
  const down = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y)
  return Math.max(0, across) * Math.max(0, down)
}

const cars = realClip('videos/intel_car-detection.mp4')
test('MR1 four cars seen from above are four objects, and the empty road is none', { skip: cars.skip }, async () => {
  const frames = await watch(cars.path)
  deepStrictEqual(countObjects(frames, 12), 4)
  // No car is in view in these frames, as a look at them shows.
  const empty = [...frames.slice(0, 50), ...frames.slice(115, 172), ...frames.slice(245, 310), ...frames.slice(352)]
  deepStrictEqual(
    empty.filter(({ boxes }) => boxes.length > 0),
    []
  )
})

const walk = realClip('videos/intel_one-by-one-person-detection.mp4')
test('MR2 who comes, stands and leaves has a box all the time, and the gate sees every step', {
  skip: walk.skip
}, async () => {
  const frames = await watch(walk.path, 48_000)
  const between = (spans: readonly (readonly [number, number])[]) =>
    spans.flatMap(([from, to]) => frames.slice(from, to + 1))
  // Frames in which YOLOX-nano finds somebody with a score of at least 0.5, and those in which they walk.
  const present = between([
    [65, 190],
    [229, 444]
  ])
  const walking = between([
    [65, 78],
    [183, 192],
    [231, 247],
    [434, 446]
  ])
  const empty = between([
    [0, 55],
    [203, 223],
    [455, 478]
  ])
  const large = ({ boxes }: Watched) => boxes.some(box => box.w * box.h > 0.05)
  deepStrictEqual(present.filter(large).length, present.length)
  deepStrictEqual(walking.filter(({ open }) => open).length, walking.length)
  deepStrictEqual(
    empty.filter(({ boxes }) => boxes.length > 0),
    []
  )
  ok(empty.filter(({ open }) => open).length < 0.15 * empty.length, 'the gate is open for an empty room')
})
