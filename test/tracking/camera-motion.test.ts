import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { before, test } from 'node:test'
import { DetectionColumns } from '../../src/core/columns.ts'
import { CameraMotion } from '../../src/tracking/camera/camera-motion.ts'
import type { FrameCues } from '../../src/tracking/tracker.ts'
import { realClip } from '../support/material.ts'
import { detections, type Seen } from './scene.ts'
import { type CameraStep, type Luma, lumaOf, seenBy } from './warped-luma.ts'

const street = realClip('mot/MOT15/PETS09-S2L1/PETS09-S2L1_1-300.mp4')
const aisle = realClip('videos/intel_store-aisle-detection.preview.mp4')
const skip = street.skip || aisle.skip
const frame = { width: 1280, height: 720 }
const none = new DetectionColumns()
let picture: Luma
let other: Luma

before(async () => {
  if (skip) return
  picture = await lumaOf(street.path, 20)
  other = await lumaOf(aisle.path, 20)
})

/** How far what is told lies from what the camera did, in pixels of the small picture, where it is worst. */
function error({ motion }: FrameCues, { x = 0, y = 0, scale = 1, roll = 0 }: CameraStep, size: CameraMotion): number {
  if (!motion) return Number.POSITIVE_INFINITY
  const { width, height } = size
  const turn = (by: number, angle: number, left: number, top: number) =>
    [
      by * (Math.cos(angle) * left - Math.sin(angle) * top),
      by * (Math.sin(angle) * left + Math.cos(angle) * top)
    ] as const
  const corners = [0, 1].flatMap(right => [0, 1].map(bottom => [right * width, bottom * height] as const))
  const misses = corners.map(([left, top]) => {
    const told = turn(motion.scale, motion.roll ?? 0, left, top)
    const done = turn(scale, roll, left - width / 2, top - height / 2)
    const [missX, missY] = [told[0] - done[0], told[1] - done[1]]
    return Math.hypot(missX + motion.x * width - width / 2 - x, missY + motion.y * height - height / 2 - y)
  })
  return Math.max(...misses)
}

/** What is told of the second picture. */
function second(one: Uint8Array, next: Uint8Array, boxes = none): { cues: FrameCues; camera: CameraMotion } {
  const camera = new CameraMotion(frame)
  camera.look(one, boxes)
  return { cues: camera.look(next, boxes), camera }
}

const steps: Record<string, CameraStep> = {
  'a shift': { x: 5, y: -3 },
  'a shift by a quarter of the picture': { x: -80, y: 6 },
  'a zoom in': { scale: 1.03 },
  'a zoom out': { scale: 0.93 },
  'a roll': { roll: 0.03 },
  'all at once': { x: 6, y: 2, scale: 1.02, roll: -0.06 }
}
for (const [name, step] of Object.entries(steps)) {
  test(`C1 ${name} is told to half a pixel of 320`, { skip }, () => {
    const size = new CameraMotion(frame)
    const { cues } = second(seenBy(picture, size), seenBy(picture, size, step))
    const miss = error(cues, step, size)
    ok(miss < 0.5, `misses by ${miss}`)
  })
}

test('C1 a picture that stands upright is told as one that lies', { skip }, () => {
  const size = new CameraMotion({ width: 720, height: 1280 })
  const step = { x: 3, y: 12, roll: 0.02 }
  const camera = new CameraMotion({ width: 720, height: 1280 })
  camera.look(seenBy(picture, size), none)
  const miss = error(camera.look(seenBy(picture, size, step), none), step, size)
  ok(miss < 0.5, `misses by ${miss}`)
})

/** Two boxes that fill most of the picture, and what is in them shifted apart from the rest. */
const movers: readonly Seen[] = [
  [0.02, 0.05, 0.45, 0.9],
  [0.55, 0.05, 0.4, 0.6]
]

function withMovers(still: Uint8Array, moved: Uint8Array, { width, height }: CameraMotion): Uint8Array {
  const seen = still.slice()
  for (const [x, y, w, h] of movers) {
    for (let row = Math.ceil(y * height); row < (y + h) * height; row++) {
      const [from, to] = [row * width + Math.ceil(x * width), row * width + Math.floor((x + w) * width)]
      seen.set(moved.subarray(from, to), from)
    }
  }
  return seen
}

for (const [when, before] of [
  ['always', detections(...movers)],
  ['from the second picture on', none]
] as const) {
  test(`C2 what moves in boxes, known ${when}, takes no part, though it fills most of the picture`, { skip }, () => {
    const camera = new CameraMotion(frame)
    const step = { x: 4, y: 1 }
    camera.look(seenBy(picture, camera), before)
    const next = withMovers(seenBy(picture, camera, step), seenBy(picture, camera, { x: -9, y: 5 }), camera)
    const miss = error(camera.look(next, detections(...movers)), step, camera)
    ok(miss < 0.5, `misses by ${miss}`)
  })
}

test('C3 another light is no motion', { skip }, () => {
  const size = new CameraMotion(frame)
  const { cues } = second(seenBy(picture, size), seenBy(picture, size, {}, 0.75))
  const miss = error(cues, {}, size)
  ok(miss < 0.5, `misses by ${miss}`)
})

test('C4 a flat picture says nothing, and neither does one that is full of boxes', { skip }, () => {
  const size = new CameraMotion(frame)
  const flat = new Uint8Array(size.width * size.height).fill(90)
  deepStrictEqual(second(flat, flat).cues, {})
  const full = detections([-0.1, -0.1, 1.2, 1.2])
  deepStrictEqual(second(seenBy(picture, size), seenBy(picture, size, { x: 4 }), full).cues, {})
})

test('C5 a pan too slow for one frame to show it adds up', { skip }, () => {
  const camera = new CameraMotion(frame)
  let told = 0
  for (let index = 0; index <= 40; index++) {
    told += (camera.look(seenBy(picture, camera, { x: index * 0.1 }), none).motion?.x ?? 0) * camera.width
  }
  ok(Math.abs(told - 4) < 0.4, `told ${told} of 4 pixels`)
})

test('C5 a picture frozen for an hour tells that nothing moves', { skip }, () => {
  const camera = new CameraMotion(frame)
  const frozen = seenBy(picture, camera)
  camera.look(frozen, none)
  for (let index = 0; index < 300; index++) {
    deepStrictEqual(camera.look(frozen, none), { motion: { scale: 1, roll: 0, x: 0, y: 0 } })
  }
})

test('C6 another scene is a cut, told once', { skip }, () => {
  const camera = new CameraMotion(frame)
  camera.look(seenBy(picture, camera), none)
  strictEqual(camera.look(seenBy(other, camera), none).isCut, true)
  strictEqual(camera.look(seenBy(other, camera, { x: 2 }), none).isCut, undefined)
})

test('C6 a picture that is dark for a moment is no cut, and another scene after it is one', { skip }, () => {
  const camera = new CameraMotion(frame)
  const dark = new Uint8Array(camera.width * camera.height).fill(16)
  const seen = (luma: Uint8Array) => ({ ...camera.look(luma, none) })
  seen(seenBy(picture, camera))
  deepStrictEqual(seen(dark), {})
  deepStrictEqual(seen(seenBy(picture, camera, { x: 4 })), {})
  ok(error(seen(seenBy(picture, camera, { x: 7 })), { x: 3 }, camera) < 0.5)
  deepStrictEqual(seen(dark), {})
  strictEqual(seen(seenBy(other, camera)).isCut, true)
})

test('C6 boxes with numbers that are none hide nothing', { skip }, () => {
  const size = new CameraMotion(frame)
  const odd = detections([Number.NaN, 0, 1, 1], [0, 0, Number.POSITIVE_INFINITY, Number.NaN], [0.5, 0.5, -1, -1])
  const { cues } = second(seenBy(picture, size), seenBy(picture, size, { x: 5 }), odd)
  ok(error(cues, { x: 5 }, size) < 0.5)
})
