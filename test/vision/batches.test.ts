import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { fit, requestBytes } from '../../src/core/fit.ts'
import type { Detector, PixelSlot } from '../../src/vision/detector.ts'
import { openDetector } from '../../src/vision/open-detector.ts'
import type { Log } from '../../src/vision/open-pool.ts'
import { asBoxes, match } from '../support/expected-boxes.ts'
import { inTime } from '../support/in-time.ts'
import { realClip, realModel } from '../support/material.ts'
import { fragileYolox, mixingYolox, saved, tinyYolox } from '../support/onnx-model.ts'
import { cropped, fillNearest, type RgbPicture, readJpeg } from '../support/pictures.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const placed = { left: 0, top: 0, width: 64, height: 64 }
const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())

/** Facts that are logged when models are opened, and later. */
function collected() {
  const lines: { readonly message: string; readonly facts: object }[] = []
  const tell = (facts: object, message: string) => void lines.push({ message, facts })
  return { lines, log: { info: tell, warn: tell } }
}

/** Longer than any machine takes to hand over a few frames. */
const batchWaitMs = 10_000
let opened = 0
async function open(model: Uint8Array, options: { batch?: number; batchWaitMs?: number; log?: Log }) {
  const modelPath = await saved(join(folder.path, `model-${opened++}.onnx`), model)
  const wanted = { modelPath, name: 'bright', concurrency: 1, provider: 'cpu', minScore: 0, ...options } as const
  return inTime('the model is open', openDetector(wanted))
}

// One box whose score is the square of the picture's brightness, so that each result shows whose it is.
const bright = tinyYolox([[0, 0, 0, 0, 0, 0, -10]], 1 / 255)
const expected = (brightness: number) => (brightness / 255) ** 2
const white = 255

async function detect(detector: Detector, brightness: number): Promise<number> {
  const slot = await inTime('there is a slot', detector.acquire())
  slot.pixels.fill(brightness)
  return (await inTime('a frame is answered', detector.detect(slot, placed, 0))).scores[0]!
}

/** All slots are taken before the first is given back, so that the frames come at the same time. */
async function detectTogether(detector: Detector, levels: readonly number[]): Promise<PromiseSettledResult<number>[]> {
  const slots = await inTime('there is a slot for each', Promise.all(levels.map(() => detector.acquire())))
  for (const [at, slot] of slots.entries()) slot.pixels.fill(levels[at]!)
  const results = slots.map(async slot => (await detector.detect(slot, placed, 0)).scores[0]!)
  return inTime('all frames are answered', Promise.allSettled(results))
}

test('B1 on a CPU frames go one by one unless somebody asks for batches', async () => {
  await using detector = await open(bright, {})
  deepStrictEqual([detector.concurrency, detector.batch], [1, 1])
  await Promise.all([10, 20, 30].map(level => detect(detector, level)))
  deepStrictEqual(detector.batches, [3])
})

test('B2 frames that come together go together, and each gets the result of its own pixels', async () => {
  await using detector = await open(bright, { batch: 8, batchWaitMs })
  strictEqual(detector.batch, 8)
  const levels = [10, 240, 60, 200, 30, 120, 90, 180]
  for (const [at, result] of (await detectTogether(detector, levels)).entries()) {
    ok(result.status === 'fulfilled')
    ok(Math.abs(result.value - expected(levels[at]!)) < 1e-5, `frame ${at}: ${result.value}`)
  }
  deepStrictEqual(detector.batches, [0, 0, 0, 0, 0, 0, 0, 1])
})

test('B3 with many more frames than fit into a batch, each still gets its own result', async () => {
  await using detector = await open(bright, { batch: 4 })
  const levels = Array.from({ length: 60 }, (_, at) => at * 4)
  const scores = await Promise.all(levels.map(level => detect(detector, level)))
  for (const [at, level] of levels.entries())
    ok(Math.abs(scores[at]! - expected(level)) < 1e-5, `frame ${at}: ${scores[at]}`)
  const runs = detector.batches!.reduce((sum, count) => sum + count, 0)
  ok(runs < 60 && detector.batches!.length === 4, `batches ${detector.batches}`)
})

test('B4 a frame that is long in coming keeps the others as long as the deadline, and no longer', async () => {
  await using detector = await open(bright, { batch: 8, batchWaitMs: 30 })
  const late = await detector.acquire()
  const startedMs = performance.now()
  const results = await detectTogether(detector, [10, 20, 30])
  ok(results.every(({ status }) => status === 'fulfilled'))
  ok(performance.now() - startedMs >= 29)
  detector.release(late)
})

test('B5 a frame that comes to nothing lets the others go at once', async () => {
  await using detector = await open(bright, { batch: 8, batchWaitMs })
  const broken = await detector.acquire()
  const slot = await detector.acquire()
  slot.pixels.fill(40)
  const result = detector.detect(slot, placed, 0)
  detector.release(broken)
  ok(Math.abs((await inTime('the frame is answered', result)).scores[0]! - expected(40)) < 1e-5)
})

test('B11 frames that wait for others fail when the last worker dies', async () => {
  const workers: Worker[] = []
  const collect = (worker: Worker) => workers.push(worker)
  process.on('worker', collect)
  await using detector = await open(bright, { batch: 8, batchWaitMs: 600_000 })
  process.off('worker', collect)
  const [late, slot] = [await detector.acquire(), await detector.acquire()]
  const waiting = rejects(detector.detect(slot, placed, 0), { code: 'SL_MODEL_RUN_FAILED' })
  await workers[0]!.terminate()
  await inTime('the frame fails', waiting)
  detector.release(late)
})

test('B6 what waits is bounded: there are slots for two batches, and the next frame waits outside', async () => {
  await using detector = await open(bright, { batch: 8 })
  const slots = await Promise.all(Array.from({ length: 16 }, () => detector.acquire()))
  let came = false
  const next = detector.acquire().then(slot => {
    came = true
    return slot
  })
  await new Promise(resolve => setImmediate(resolve))
  strictEqual(came, false)
  detector.release(slots[3]!)
  strictEqual((await inTime('the next has its slot', next)).pixels, slots[3]!.pixels)
})

test('B7 a frame that the model fails on does not take the others of its batch with it', async () => {
  await using detector = await open(fragileYolox(0), { batch: 8, batchWaitMs })
  const levels = [10, 240, white, 200, 30, 120, 90, 180]
  const results = await detectTogether(detector, levels)
  for (const [at, result] of results.entries()) {
    if (levels[at] === white) {
      ok(result.status === 'rejected' && result.reason.code === 'SL_MODEL_RUN_FAILED')
    } else {
      ok(result.status === 'fulfilled' && Math.abs(result.value - (levels[at]! / 254.9) ** 2) < 1e-5)
    }
  }
  strictEqual(detector.batch, 8)
})

test('B8 where a batch fails although every frame of it is fine, frames get their results and batches get smaller', async () => {
  const { lines, log } = collected()
  await using detector = await open(fragileYolox(4), { batch: 8, batchWaitMs, log })
  for (const expectedBatch of [4, 4]) {
    const results = await detectTogether(
      detector,
      Array.from({ length: 8 }, () => white)
    )
    ok(results.every(result => result.status === 'fulfilled' && result.value > 0.99))
    strictEqual((lines.at(-1)!.facts as { batch: number }).batch, expectedBatch)
  }
  deepStrictEqual(
    lines.map(({ message }) => message),
    ['model opened', 'batches are smaller from now on']
  )
  deepStrictEqual(detector.batches, [0, 0, 0, 2, 0, 0, 0, 1])
})

test('B9 a graph whose frames touch each other keeps to one at a time, and the log says why', async () => {
  const { lines, log } = collected()
  await using detector = await open(mixingYolox(), { batch: 8, log })
  strictEqual(detector.batch, 1)
  const { batch, whyNoMore } = lines[0]!.facts as { batch: number; whyNoMore: string }
  strictEqual(batch, 1)
  ok(whyNoMore.includes('beside others'), whyNoMore)
})

test('B10 frames under way are finished when a detector with batches is closed', async () => {
  const detector = await open(bright, { batch: 8, batchWaitMs })
  await detector.acquire()
  const slot = await detector.acquire()
  slot.pixels.fill(60)
  const result = detector.detect(slot, placed, 0)
  await detector[Symbol.asyncDispose]()
  ok(Math.abs((await result).scores[0]! - expected(60)) < 1e-5)
  await rejects(detector.acquire(), { code: 'SL_CANCELLED' })
})

const bus = realClip('images/bus.jpg')
const real = [
  { model: 'yolox_nano.onnx', batch: 8 },
  { model: 'face_detection_yunet_2023mar.onnx', batch: 3 }
]
for (const { model, batch } of real) {
  const { path, skip } = realModel(model)
  describe(`${model} on real pictures`, { skip: skip || bus.skip }, () => {
    test(`a batch of ${batch} gives the boxes that the pictures give one by one`, async () => {
      const pictures = (await realPictures()).slice(0, batch)
      const options = { modelPath: path, name: model, provider: 'cpu', concurrency: 1 } as const
      await using alone = await openDetector(options)
      await using together = await openDetector({ ...options, batch, batchWaitMs })
      const found = (detector: Detector) => boxesIn(detector, pictures)
      const [expectedBoxes, boxes] = [await found(alone), await found(together)]
      deepStrictEqual([alone.batches, together.batches!.at(-1)], [[batch], 1])
      for (const [at, picture] of expectedBoxes.entries()) {
        ok(picture.length > 0, `nothing is found in picture ${at}`)
        const { matches, extra } = match(boxes[at]!, picture)
        deepStrictEqual(extra, [])
        for (const { actual, expected: wanted, iou } of matches) {
          ok(actual && iou >= 0.999, `picture ${at}: IoU ${iou}`)
          ok(Math.abs(actual.score - wanted.score) <= 1e-4, `picture ${at}: score ${actual.score}`)
        }
      }
    })
  })
}

async function boxesIn(detector: Detector, pictures: readonly RgbPicture[]) {
  const { request } = detector
  const filled = pictures.map(picture => {
    const pixels = Buffer.alloc(requestBytes(request))
    fillNearest(picture, request, pixels)
    return pixels
  })
  const slots: Promise<PixelSlot>[] = pictures.map(() => detector.acquire())
  return Promise.all(
    pictures.map(async ({ width, height }, at) => {
      const slot = await slots[at]!
      slot.pixels.set(filled[at]!)
      return asBoxes(await detector.detect(slot, fit(width, height, request), 0), width, height)
    })
  )
}

/** Eight that differ, with people in each: three photographs and parts of two of them. */
async function realPictures(): Promise<RgbPicture[]> {
  const [zidane, people, dog] = await Promise.all(
    ['zidane', 'bus', 'dog'].map(name => readJpeg(realClip(`images/${name}.jpg`).path))
  )
  const parts = [
    cropped(zidane!, [700, 0, 500, 720]),
    cropped(people!, [0, 300, 810, 700]),
    cropped(people!, [0, 380, 400, 540]),
    cropped(zidane!, [0, 100, 1280, 620]),
    cropped(people!, [200, 380, 610, 540])
  ]
  return [zidane!, parts[0]!, parts[3]!, people!, dog!, parts[1]!, parts[2]!, parts[4]!]
}
