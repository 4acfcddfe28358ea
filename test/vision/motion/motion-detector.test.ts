import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { Box } from '../../../src/contract/geometry.ts'
import { requestBytes } from '../../../src/core/fit.ts'
import { MotionDetector, type MotionDetectorOptions } from '../../../src/vision/motion/motion-detector.ts'
import { drawScene, type LumaScene, type Thing } from '../../support/luma-scene.ts'

const size = { width: 160, height: 90 }
const frame = { width: 640, height: 360 }
const stepMs = 100

/** Boxes of each picture from `fromMs` on, after the detector has seen the scene from 0. */
function watch(
  scene: Omit<LumaScene, 'width' | 'height'>,
  untilMs: number,
  options: Partial<MotionDetectorOptions> = {}
) {
  const detector = new MotionDetector({ frame, workPx: size.width, ...options })
  const found: { ptsMs: number; boxes: Box[]; scores: number[] }[] = []
  for (let ptsMs = 0; ptsMs <= untilMs; ptsMs += stepMs) {
    const columns = detector.find(drawScene({ noise: 2, ...scene, ...size }, ptsMs), ptsMs)
    const boxes = Array.from({ length: columns.count }, (_, i) => {
      const [x, y, w, h] = columns.boxes.subarray(i * 4, i * 4 + 4) as unknown as [number, number, number, number]
      return { x, y, w, h }
    })
    found.push({ ptsMs, boxes, scores: [...columns.scores.subarray(0, columns.count)] })
  }
  return found
}

function iou(a: Box, b: Box): number {
  const across = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)
  const down = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y)
  const both = Math.max(0, across) * Math.max(0, down)
  return both / (a.w * a.h + b.w * b.h - both)
}

const person = (x: number): Box => ({ x, y: 0.35, w: 0.08, h: 0.45 })
/** Comes in from the left at 2 s and crosses within 10 s. */
const walker = (ptsMs: number): Thing[] => [{ box: person(-0.1 + (ptsMs - 2_000) / 8_000), luma: 40 }]

const silent: { rule: string; scene: Omit<LumaScene, 'width' | 'height'>; options?: Partial<MotionDetectorOptions> }[] =
  [
    { rule: 'MD1 noise of a cheap sensor is no motion', scene: { noise: 6 } },
    { rule: 'MD2 dusk, darker by a half within 10 s, is no motion', scene: { light: ptsMs => 1 - ptsMs / 20_000 } },
    { rule: 'MD3 a lamp switched off is no motion', scene: { light: ptsMs => (ptsMs < 4_000 ? 1 : 0.6) } },
    { rule: 'MD4 a lamp switched on is no motion', scene: { light: ptsMs => (ptsMs < 4_000 ? 0.7 : 1) } },
    {
      rule: 'MD5 a camera that sways by two pixels sees no motion',
      scene: { sway: ptsMs => [2 * Math.sin(ptsMs / 700), Math.sin(ptsMs / 900)] }
    },
    {
      rule: 'MD6 a shadow that passes is no motion',
      scene: { things: ptsMs => [{ box: { x: -0.3 + ptsMs / 8_000, y: 0.5, w: 0.25, h: 0.3 }, shadow: 0.75 }] }
    },
    {
      rule: 'MD9 a camera that switches to its night picture learns it anew',
      scene: {
        things: ptsMs =>
          ptsMs < 4_000
            ? []
            : [
                { box: { x: 0, y: 0, w: 1, h: 0.5 }, luma: 40 },
                { box: { x: 0, y: 0.5, w: 1, h: 0.5 }, luma: 180 }
              ]
      }
    },
    {
      rule: 'MD7 what moves inside a mask is not reported',
      scene: { things: walker },
      options: {
        masks: [
          [
            [0, 0.2],
            [1, 0.2],
            [1, 0.9],
            [0, 0.9]
          ]
        ]
      }
    },
    {
      rule: 'MD8 what is smaller than the least area is not reported',
      scene: { things: ptsMs => [{ box: { x: ptsMs / 10_000, y: 0.6, w: 0.02, h: 0.03 }, luma: 20 }] },
      options: { minAreaShare: 0.004 }
    }
  ]
for (const { rule, scene, options } of silent) {
  test(rule, () => {
    deepStrictEqual(
      watch(scene, 9_000, options).filter(({ boxes }) => boxes.length > 0),
      []
    )
  })
}

const seen: { rule: string; scene: Omit<LumaScene, 'width' | 'height'> }[] = [
  { rule: 'MD10 a walker has one tight box in every picture', scene: { things: walker } },
  {
    rule: 'MD11 a walker has one tight box while dusk falls',
    scene: { things: walker, light: ptsMs => 1 - ptsMs / 25_000 }
  },
  {
    rule: 'MD12 a walker has one tight box, which leaves the shadow out',
    scene: {
      things: ptsMs => {
        const x = walker(ptsMs)[0]!.box.x
        return [{ box: { x: x + 0.08, y: 0.72, w: 0.15, h: 0.08 }, shadow: 0.75 }, ...walker(ptsMs)]
      }
    }
  },
  {
    rule: 'MD13 a walker has one tight box before a camera that sways',
    scene: { things: walker, sway: ptsMs => [1.5 * Math.sin(ptsMs / 700), Math.sin(ptsMs / 900)] }
  }
]
for (const { rule, scene } of seen) {
  test(rule, () => {
    const inView = watch(scene, 9_000).filter(({ ptsMs }) => ptsMs >= 3_600)
    for (const { ptsMs, boxes, scores } of inView) {
      strictEqual(boxes.length, 1, `${boxes.length} boxes at ${ptsMs} ms`)
      const [swayX, swayY] = scene.sway?.(ptsMs) ?? [0, 0]
      const truth = person(walker(ptsMs)[0]!.box.x)
      const moved = { ...truth, x: truth.x + swayX / size.width, y: truth.y + swayY / size.height }
      ok(iou(boxes[0]!, moved) > 0.7, `IoU ${iou(boxes[0]!, moved)} at ${ptsMs} ms`)
      ok(scores[0]! > 0.6, `score ${scores[0]} at ${ptsMs} ms`)
    }
  })
}

test('MD23 somebody in a plain coat that could be a shadow is one box from head to foot', () => {
  const x = (ptsMs: number) => -0.1 + (ptsMs - 2_000) / 8_000
  const things = (ptsMs: number): Thing[] => [
    { box: { x: x(ptsMs) + 0.02, y: 0.25, w: 0.06, h: 0.1 }, luma: 30 },
    { box: { x: x(ptsMs), y: 0.35, w: 0.1, h: 0.3 }, shadow: 0.75 },
    { box: { x: x(ptsMs) + 0.02, y: 0.65, w: 0.06, h: 0.2 }, luma: 30 }
  ]
  for (const { ptsMs, boxes } of watch({ things }, 9_000)) {
    if (ptsMs < 3_600) continue
    strictEqual(boxes.length, 1, `${boxes.length} boxes at ${ptsMs} ms`)
    ok(boxes[0]!.h > 0.55, `height ${boxes[0]!.h} at ${ptsMs} ms`)
  }
})

test('MD24 leaves that flutter all the time are reported no more after some seconds', () => {
  const things = (ptsMs: number): Thing[] => {
    const luma = Math.round(ptsMs / stepMs) % 3 === 0 ? 170 : 135
    return [{ box: { x: 0.4, y: 0.1, w: 0.1, h: 0.15 }, luma }]
  }
  deepStrictEqual(
    watch({ things }, 15_000).filter(({ ptsMs, boxes }) => ptsMs > 6_000 && boxes.length > 0),
    []
  )
})

test('MD14 two walkers beside each other are two boxes', () => {
  const things = (ptsMs: number): Thing[] => [
    { box: person(-0.1 + (ptsMs - 2_000) / 8_000), luma: 40 },
    { box: person(0.1 + (ptsMs - 2_000) / 8_000), luma: 220 }
  ]
  for (const { ptsMs, boxes } of watch({ things }, 7_000)) {
    if (ptsMs >= 3_600) strictEqual(boxes.length, 2, `${boxes.length} boxes at ${ptsMs} ms`)
  }
})

test('MD15 somebody who stops and stands for 60 s keeps one box', () => {
  const things = (ptsMs: number): Thing[] => [{ box: person(Math.min(0.4, -0.1 + (ptsMs - 2_000) / 8_000)), luma: 40 }]
  for (const { ptsMs, boxes } of watch({ things }, 66_000)) {
    if (ptsMs >= 3_600) strictEqual(boxes.length, 1, `${boxes.length} boxes at ${ptsMs} ms`)
  }
})

test('MD16 what stays is background after the time given, whole and at once', () => {
  const things = (ptsMs: number): Thing[] => (ptsMs < 2_000 ? [] : [{ box: person(0.4), luma: 40 }])
  const counts = watch({ things }, 12_000, { absorbMs: 5_000 }).map(
    ({ ptsMs, boxes }) => [ptsMs, boxes.length] as const
  )
  const shown = counts.filter(([, count]) => count > 0).map(([ptsMs]) => ptsMs)
  ok(shown.at(-1)! >= 6_500 && shown.at(-1)! <= 8_000, `last seen at ${shown.at(-1)} ms`)
  deepStrictEqual(shown.length, (shown.at(-1)! - shown[0]!) / stepMs + 1)
})

test('MD17 who stood there from the first picture leaves no box behind for long', () => {
  const things = (ptsMs: number): Thing[] => [{ box: person(0.4 + Math.max(0, ptsMs - 3_000) / 5_000), luma: 40 }]
  deepStrictEqual(
    watch({ things }, 12_000).filter(({ ptsMs, boxes }) => ptsMs > 8_500 && boxes.length > 0),
    []
  )
})

test('MD18 nothing is reported while it learns, whatever moves', () => {
  const things = (ptsMs: number): Thing[] => [{ box: person(ptsMs / 2_000), luma: 40 }]
  deepStrictEqual(
    watch({ things }, 700).flatMap(({ boxes }) => boxes),
    []
  )
})

test('MD19 the same pictures give the same boxes', () => {
  deepStrictEqual(watch({ things: walker }, 4_000), watch({ things: walker }, 4_000))
})

test('MD20 one picture is worked on at a time, in the order of asking', async () => {
  await using detector = new MotionDetector({ frame })
  const slot = await detector.acquire()
  strictEqual(slot.pixels.length, requestBytes(detector.request))
  const order: string[] = []
  const second = detector.acquire().then(next => {
    order.push('second')
    detector.release(next)
  })
  const third = detector.acquire().then(next => {
    order.push('third')
    detector.release(next)
  })
  order.push('first')
  strictEqual((await detector.detect(slot, { left: 0, top: 0, ...detector.request }, 0)).count, 0)
  await Promise.all([second, third])
  deepStrictEqual(order, ['first', 'second', 'third'])
})

test('MD21 the picture worked on has the shape of the frame, and never more pixels', () => {
  const shapes = [
    [1920, 1080, 320, 180],
    [1080, 1920, 180, 320],
    [200, 100, 200, 100]
  ] as const
  for (const [width, height, expectedWidth, expectedHeight] of shapes) {
    const { request } = new MotionDetector({ frame: { width, height } })
    deepStrictEqual([request.width, request.height], [expectedWidth, expectedHeight])
  }
})

test('MD22 options out of range and masks of two points are refused by name', () => {
  throws(() => new MotionDetector({ frame, absorbMs: 0 }), { code: 'SL_OPTION_INVALID', message: /absorbMs is 0/ })
  throws(
    () =>
      new MotionDetector({
        frame,
        masks: [
          [
            [0, 0],
            [1, 1]
          ]
        ]
      }),
    { code: 'SL_OPTION_INVALID', message: /Mask 1 has 2/ }
  )
})
