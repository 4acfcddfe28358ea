import { deepStrictEqual, doesNotMatch, equal, ok, rejects } from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import { PictureTrials } from '../../src/roles/picture-trial/picture-trials.ts'
import type { CatalogueEntry } from '../../src/vision/catalogue.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tinyDetector } from '../support/tiny-catalogue.ts'

const timeout = 90_000
const entry = {
  ...{ name: 'tiny', task: 'detect', title: 'Tiny', family: 'end-to-end', file: 'tiny.onnx', licence: 'MIT' },
  ...{ input: { width: 32, height: 32 }, classes: ['person', 'dog'] }
} as const satisfies CatalogueEntry
const going = new AbortController().signal

async function opened(t: TestContext, limits: ConstructorParameters<typeof PictureTrials>[2] = {}) {
  const folder = await temporaryFolder()
  t.after(() => folder[Symbol.asyncDispose]())
  const path = join(folder.path, 'tiny.onnx')
  await writeFile(path, tinyDetector)
  const work = join(folder.path, 'work')
  return { trials: new PictureTrials(work, process.env, limits), model: { path, entry }, work }
}
const picture = (width = 64, height = 32, format: 'jpeg' | 'png' | 'webp' = 'jpeg') => {
  const canvas = createCanvas(width, height)
  return format === 'png' ? canvas.encode('png') : canvas.encode(format, 80)
}

test('PT1 what a model finds is told, best first, and nothing is left of the picture', { timeout }, async t => {
  const { trials, model, work } = await opened(t)
  const found = await trials.run({ model, picture: await picture(), minScore: 0.5 }, going)
  deepStrictEqual(
    found.detections.map(({ label, score }) => [label, score]),
    [
      ['person', 0.9],
      ['dog', 0.6]
    ]
  )
  deepStrictEqual([found.model, found.width, found.height, found.classes], ['tiny', 64, 32, []])
  ok(found.milliseconds > 0 && found.openMs > 0)
  deepStrictEqual(await readdir(work), [])
})

test('PT2 PNG and WebP are pictures too', { timeout }, async t => {
  const { trials, model } = await opened(t)
  for (const format of ['png', 'webp'] as const)
    equal((await trials.run({ model, picture: await picture(20, 10, format) }, going)).width, 20, format)
})

test('PT3 what is no picture, is damaged, or has too many pixels is refused, and no path is told', {
  timeout
}, async t => {
  const { trials, model, work } = await opened(t, { pixels: 1000 })
  const jpeg = await picture()
  const refused = (bytes: Uint8Array, code: string) =>
    rejects(trials.run({ model, picture: bytes }, going), error => {
      equal((error as { code: string }).code, code)
      doesNotMatch((error as Error).message, new RegExp(work))
      return true
    })
  await refused(Buffer.from('#EXTM3U\nfile:///etc/passwd\n'), 'SL_INPUT_REFUSED')
  await refused(Buffer.from('GIF89a'), 'SL_INPUT_REFUSED')
  await refused(Buffer.alloc(8_000_001, jpeg), 'SL_INPUT_TOO_LARGE')
  await refused(await picture(100, 100), 'SL_INPUT_TOO_LARGE')
  await refused(jpeg.subarray(0, 60), 'SL_INPUT_NO_FRAMES')
})

test('PT4 one is tried at a time, and one that takes too long is ended', { timeout }, async t => {
  const { trials, model } = await opened(t, { wallMs: 5 })
  const jpeg = await picture()
  const first = trials.run({ model, picture: jpeg }, going)
  await rejects(trials.run({ model, picture: jpeg }, going), { code: 'SL_TRIAL_LIMIT', retryable: true })
  await rejects(first, { code: 'SL_JOB_TIME_LIMIT' })
})

test('PT5 a trial ends with whoever asked for it', { timeout }, async t => {
  const { trials, model, work } = await opened(t)
  const gone = new AbortController()
  const run = trials.run({ model, picture: await picture() }, gone.signal)
  gone.abort()
  await rejects(run)
  deepStrictEqual(await readdir(work), [])
})
