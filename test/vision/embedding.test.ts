import { ok, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { requestBytes } from '../../src/core/fit.ts'
import type { Embedder } from '../../src/vision/embedder.ts'
import { openEmbedder } from '../../src/vision/open-embedder.ts'
import { reference } from '../support/expected-boxes.ts'
import { realClip, realModel } from '../support/material.ts'
import { cropped, fillNearest, type RgbPicture, readJpeg } from '../support/pictures.ts'

interface Person {
  readonly box: readonly number[]
  readonly pixels: string
  readonly vector: readonly number[]
}

const model = realModel('osnet_x0_25_msmt17.onnx')
const bus = realClip('images/bus.jpg')
const zidane = realClip('images/zidane.jpg')
const skip = model.skip || bus.skip || zidane.skip
const open = () => openEmbedder({ modelPath: model.path, name: 'osnet', concurrency: 1 })

async function embed(embedder: Embedder, crop: RgbPicture, check?: (pixels: Buffer) => void): Promise<Float32Array> {
  const slot = await embedder.acquire()
  fillNearest(crop, embedder.request, slot.pixels)
  check?.(slot.pixels.subarray(0, requestBytes(embedder.request)))
  return embedder.embed(slot)
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, n) => sum + value * b[n]!, 0)
}

test('a crop gives the vector of the independent Python reference, of length 1', { skip }, async () => {
  await using embedder = await open()
  for (const [name, people] of Object.entries(reference<Record<string, Person[]>>('embedding'))) {
    const picture = await readJpeg(realClip(`images/${name}.jpg`).path)
    for (const { box, pixels, vector } of people) {
      const actual = await embed(embedder, cropped(picture, box), bytes =>
        strictEqual(createHash('sha256').update(bytes).digest('hex'), pixels, 'the same pixels')
      )
      ok(Math.abs(cosine(actual, actual) - 1) < 1e-5)
      ok(cosine(actual, vector) > 0.9999, `cosine ${cosine(actual, vector)} in ${name}.jpg`)
    }
  }
})

test('one person cropped twice is nearer to itself than to anybody else', { skip }, async () => {
  await using embedder = await open()
  const [first, second] = reference<Record<string, Person[]>>('embedding').zidane!
  const picture = await readJpeg(zidane.path)
  const [x, y, w, h] = first!.box as [number, number, number, number]
  const once = await embed(embedder, cropped(picture, first!.box))
  const again = await embed(embedder, cropped(picture, [x + 20, y + 10, w - 40, h - 20]))
  const other = await embed(embedder, cropped(picture, second!.box))
  ok(cosine(once, again) > 0.75, `the same: ${cosine(once, again)}`)
  ok(cosine(once, other) < cosine(once, again) - 0.2, `another: ${cosine(once, other)}`)
})
