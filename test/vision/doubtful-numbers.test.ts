import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { DetectionColumns } from '../../src/core/columns.ts'
import { recogniseFamily } from '../../src/vision/families/registry.ts'
import { suppress } from '../../src/vision/non-maximum-suppression.ts'
import { modelFacts } from '../../src/vision/onnx/model-facts.ts'
import { openClassifier } from '../../src/vision/open-classifier.ts'
import { openEmbedder } from '../../src/vision/open-embedder.ts'
import { PostProcessing } from '../../src/vision/post-processing.ts'
import { closed } from '../support/closed.ts'
import { constantHead, type HeadOutput } from '../support/onnx-head.ts'
import { saved } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
let made = 0

/** A model that gives these outputs, whatever it is shown. */
function head(width: number, height: number, ...outputs: readonly HeadOutput[]): Promise<string> {
  const bytes = constantHead({ input: { name: 'images', dims: [1, 3, height, width] }, outputs })
  return saved(join(folder.path, `model-${made++}.onnx`), bytes)
}

const one = { concurrency: 1, provider: 'cpu' } as const
const placed = { left: 0, top: 0, width: 100, height: 100 }

test('DN1 a face one of whose points is no number is no box', () => {
  const decode = (_: unknown, __: number, boxes: DetectionColumns) => {
    for (const [row, point] of [5, Number.NaN, Number.POSITIVE_INFINITY].entries()) {
      boxes.push(row * 30, 10, 20, 20, 0.9, 0)
      boxes.landmarks!.fill(5, row * 10, row * 10 + 10)
      boxes.landmarks![row * 10 + 9] = point
    }
  }
  const { boxes, invalid } = new PostProcessing(decode, true, 1).process([], placed, { minScore: 0.5, iou: 0.5 })
  deepStrictEqual([boxes.count, invalid, boxes.boxes[0]], [1, 2, 0])
})

test('DN2 of a model that takes everything for an object the 4,096 surest boxes are compared, and no more', () => {
  const boxes = new DetectionColumns()
  const many = 6000
  // None overlaps another; each is surer than the one before.
  for (let row = 0; row < many; row++) boxes.push(row, 0, 0.5, 0.5, row / many, 0)
  for (const iou of [0.5, 1]) {
    const rows = Int32Array.from({ length: many }, (_, row) => row)
    const kept = suppress(boxes, rows, iou)
    deepStrictEqual([kept.length, kept[0], kept.at(-1)], [4096, many - 1, many - 4096])
  }
})

test('DN3 numbers that come to one though some are negative are logits, and no probabilities', async () => {
  const modelPath = await head(8, 8, { name: 'output', dims: [1, 2], data: [2, -1] })
  await using classifier = await openClassifier({ modelPath, name: 'logits', ...one })
  const probabilities = await classifier.classify(await classifier.acquire())
  deepStrictEqual(
    Array.from(probabilities, value => Math.round(value * 1e4) / 1e4),
    [0.9526, 0.0474]
  )
})

test('DN4 a vector of a number that is none, or infinite, or of no length at all, is like nobody', async () => {
  for (const first of [Number.NaN, Number.POSITIVE_INFINITY, 0]) {
    const modelPath = await head(32, 64, { name: 'vector', dims: [1, 64], data: [first] })
    await using embedder = await openEmbedder({ modelPath, name: 'vector', ...one })
    const vector = await embedder.embed(await embedder.acquire())
    ok(vector.length === 64 && vector.every(value => value === 0), `${first}: ${vector.subarray(0, 3)}`)
  }
})

const vectors: readonly { readonly what: string; readonly outputs: readonly HeadOutput[] }[] = [
  { what: 'two outputs', outputs: ['a', 'b'].map(name => ({ name, dims: [1, 64], data: [1] })) },
  { what: 'a map of vectors', outputs: [{ name: 'a', dims: [1, 64, 2, 2], data: [1] }] }
]
for (const { what, outputs } of vectors)
  test(`DN5 ${what} are no vector, whatever family is stated`, async () => {
    const modelPath = await head(32, 64, ...outputs)
    const opening = openEmbedder({ modelPath, name: 'odd', family: 'embedding', ...one })
    await rejects(closed(opening), { code: 'SL_MODEL_OUTPUT_UNEXPECTED', message: /'embedding'/ })
  })

const classes: readonly { readonly what: string; readonly outputs: readonly HeadOutput[] }[] = [
  { what: 'one class', outputs: [{ name: 'a', dims: [1, 1], data: [1] }] },
  { what: 'classes for each pixel', outputs: [{ name: 'a', dims: [1, 3, 8, 8], data: [1] }] },
  { what: 'two outputs', outputs: ['a', 'b'].map(name => ({ name, dims: [1, 3], data: [1] })) }
]
for (const { what, outputs } of classes)
  test(`DN6 ${what} is no choice among classes, whatever family is stated`, async () => {
    const modelPath = await head(8, 8, ...outputs)
    const opening = openClassifier({ modelPath, name: 'odd', family: 'classification', ...one })
    await rejects(closed(opening), { code: 'SL_MODEL_OUTPUT_UNEXPECTED', message: /'classification'/ })
  })

test('DN7 numbers for a picture twice as high as wide tell people apart, those for any other are classes', () => {
  const familyOf = (width: number, height: number) => {
    const outputs = [{ name: 'output', dims: [1, 1000], data: [] }]
    const bytes = constantHead({ input: { name: 'images', dims: [1, 3, height, width] }, outputs })
    return recogniseFamily(modelFacts(bytes, 'model.onnx'))?.name
  }
  strictEqual(familyOf(128, 256), 'embedding')
  deepStrictEqual([familyOf(224, 224), familyOf(256, 128)], ['classification', 'classification'])
})
