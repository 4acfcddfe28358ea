import { ok, rejects, strictEqual, throws } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import type { Detector } from '../../src/vision/detector.ts'
import { makeBatchDynamic } from '../../src/vision/onnx/dynamic-batch.ts'
import { integersAttribute, node, tensor } from '../../src/vision/onnx/schema.ts'
import { openDetector } from '../../src/vision/open-detector.ts'
import { closed } from '../support/closed.ts'
import { inTime } from '../support/in-time.ts'
import { saved, tinyModel, tinyYolox } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const placed = { left: 0, top: 0, width: 64, height: 64 }

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
// One box whose score is the square of the picture's brightness, so that each result shows whose it is.
const modelPath = await saved(join(folder.path, 'bright.onnx'), tinyYolox([[0, 0, 0, 0, 0, 0, -10]], 1 / 255))
const open = (concurrency: number) =>
  inTime('the sessions are open', openDetector({ modelPath, name: 'bright', concurrency, minScore: 0 }))

async function detect(detector: Detector, brightness: number): Promise<number> {
  const slot = await inTime('there is a slot', detector.acquire())
  slot.pixels.fill(brightness)
  return (await inTime('a frame is answered', detector.detect(slot, placed, 0))).scores[0]!
}

const expected = (brightness: number) => (brightness / 255) ** 2

test('every frame gets the result of its own pixels, however many are under way', async () => {
  await using detector = await open(3)
  const levels = Array.from({ length: 60 }, (_, n) => n * 4)
  const scores = await Promise.all(levels.map(level => detect(detector, level)))
  for (const [n, level] of levels.entries())
    ok(Math.abs(scores[n]! - expected(level)) < 1e-5, `frame ${n}: ${scores[n]}`)
})

test('there is a session for each unit of concurrency, and the provider is told', async () => {
  await using detector = await open(2)
  strictEqual(detector.concurrency, 2)
  ok(['cpu', 'webgpu', 'cuda', 'tensorrt'].includes(detector.provider))
})

test('acquire waits while all slots are in use, until one is released', async () => {
  await using detector = await open(1)
  const slots = [await detector.acquire(), await detector.acquire()]
  let came = false
  const third = detector.acquire().then(slot => {
    came = true
    return slot
  })
  await new Promise(resolve => setImmediate(resolve))
  strictEqual(came, false)
  detector.release(slots[0]!)
  strictEqual((await inTime('the third has its slot', third)).pixels, slots[0]!.pixels)
})

test('a slot that was given back cannot be used again', async () => {
  await using detector = await open(1)
  const slot = await detector.acquire()
  detector.release(slot)
  throws(() => detector.release(slot), { code: 'SL_INTERNAL' })
  await rejects(detector.detect(slot, placed, 0), { code: 'SL_INTERNAL' })
})

test('a worker that dies rejects its frames with SL_MODEL_RUN_FAILED, and those that come later', async () => {
  const started = workersStarted()
  await using detector = await open(1)
  const [worker] = started()
  const slot = await detector.acquire()
  // A thread that is being ended answers nothing that comes after; one that is ended later may have answered already.
  const dead = worker!.terminate()
  const result = detector.detect(slot, placed, 0)
  await inTime('its frame fails', rejects(result, { code: 'SL_MODEL_RUN_FAILED' }))
  await dead
  await rejects(detect(detector, 9), { code: 'SL_MODEL_RUN_FAILED' })
  strictEqual(detector.concurrency, 0)
})

test('when one of several workers dies, the others go on', async () => {
  const started = workersStarted()
  await using detector = await open(2)
  await started()[0]!.terminate()
  const score = await detect(detector, 100)
  ok(Math.abs(score - expected(100)) < 1e-5)
})

test('disposing finishes the frames under way and refuses those that wait', async () => {
  const detector = await open(1)
  const slots = [await detector.acquire(), await detector.acquire()]
  slots[1]!.pixels.fill(60)
  const running = slots.map(slot => detector.detect(slot, placed, 0))
  const waiting = rejects(detector.acquire(), { code: 'SL_CANCELLED' })
  await inTime('it is closed', detector[Symbol.asyncDispose]())
  await inTime('who waits is refused', waiting)
  ok(Math.abs((await running[1]!).scores[0]! - expected(60)) < 1e-5)
  await rejects(detector.acquire(), { code: 'SL_CANCELLED' })
})

test('a model whose shapes do not follow its batch after all is opened with the batch it has', async () => {
  const path = await saved(join(folder.path, 'fixed.onnx'), yoloxWithFixedBatch())
  ok(makeBatchDynamic(await readFile(path), path).dynamic)
  await using detector = await openDetector({ modelPath: path, name: 'fixed', concurrency: 2 })
  strictEqual((await detector.detect(await detector.acquire(), placed, 0)).count, 0)
})

/** Of no boxes at all. It swaps batch and channels, then reshapes: what leads there is not the batch. */
function yoloxWithFixedBatch(): Uint8Array {
  return tinyModel({
    outputs: [{ name: 'output', dims: [1, 21, 7] }],
    nodes: [
      node('Transpose', ['images'], ['planes'], [integersAttribute('perm', [1, 0, 2, 3])]),
      node('ReduceMean', ['planes'], ['means'], [integersAttribute('axes', [2, 3])]),
      node('Reshape', ['means', 'row'], ['channels']),
      node('MatMul', ['channels', 'weights'], ['numbers']),
      node('Reshape', ['numbers', 'grid'], ['output'])
    ],
    initializers: [
      tensor('row', 'int64', [2], new BigInt64Array([1n, 3n])),
      tensor('weights', 'float32', [3, 147], new Float32Array(3 * 147)),
      tensor('grid', 'int64', [3], new BigInt64Array([1n, 21n, 7n]))
    ]
  })
}

/** From here on, the worker threads that are created. */
function workersStarted(): () => Worker[] {
  const workers: Worker[] = []
  const collect = (worker: Worker) => workers.push(worker)
  process.on('worker', collect)
  return () => {
    process.off('worker', collect)
    return workers
  }
}

test('a worker that dies before its model is open is SL_MODEL_RUN_FAILED, and nobody waits for it', async () => {
  const end = (worker: Worker) => void worker.terminate()
  process.on('worker', end)
  try {
    await rejects(closed(open(2)), { code: 'SL_MODEL_RUN_FAILED', retryable: true, message: /worker thread ended/ })
  } finally {
    process.off('worker', end)
  }
})
