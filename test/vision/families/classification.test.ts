import { deepStrictEqual, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { node } from '../../../src/vision/onnx/schema.ts'
import { openClassifier } from '../../../src/vision/open-classifier.ts'
import { constantHead, withMetadata } from '../../support/onnx-head.ts'
import { saved, tinyModel } from '../../support/onnx-model.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function classified(data: readonly number[], metadata: Record<string, string> = {}) {
  await using folder = await temporaryFolder()
  const head = constantHead({ outputs: [{ name: 'output', dims: [1, data.length], data }], metadata })
  const modelPath = await saved(join(folder.path, 'classifier.onnx'), head)
  await using classifier = await openClassifier({ modelPath, name: 'classifier', concurrency: 1 })
  const probabilities = await classifier.classify(await classifier.acquire())
  return { labels: classifier.labels, probabilities: Array.from(probabilities, value => Math.round(value * 1e4) / 1e4) }
}

test('logits become probabilities, and classes are named by the file', async () => {
  const { labels, probabilities } = await classified([1, 3, 1], { task: 'classify', names: "{0: 'a', 1: 'b', 2: 'c'}" })
  deepStrictEqual(labels, ['a', 'b', 'c'])
  deepStrictEqual(probabilities, [0.1065, 0.787, 0.1065])
})

test('probabilities stay as they are', async () => {
  const { labels, probabilities } = await classified([0.25, 0.75])
  deepStrictEqual(
    [labels, probabilities],
    [
      ['class-0', 'class-1'],
      [0.25, 0.75]
    ]
  )
})

/** Its logits are what the picture's red, green and blue become before the model. */
async function seen(metadata: Record<string, string>, colour: readonly number[]) {
  await using folder = await temporaryFolder()
  const nodes = [node('GlobalAveragePool', ['images'], ['means']), node('Flatten', ['means'], ['output'])]
  const bytes = tinyModel({
    input: { name: 'images', dims: ['N', 3, 8, 8] },
    outputs: [{ name: 'output', dims: ['N', 3] }],
    nodes
  })
  const modelPath = await saved(join(folder.path, 'colours.onnx'), withMetadata(bytes, metadata))
  await using classifier = await openClassifier({ modelPath, name: 'colours', concurrency: 1 })
  const slot = await classifier.acquire()
  for (let at = 0; at < slot.pixels.length; at++) slot.pixels[at] = colour[at % 3]!
  return Array.from(await classifier.classify(slot), value => Math.round(value * 1e4) / 1e4)
}

const yellow = [255, 255, 0]

test('Ultralytics’ models are shown red, green and blue from 0 to 1', async () => {
  // The softmax of 1, 1, 0.
  deepStrictEqual(await seen({ task: 'classify' }, yellow), [0.4223, 0.4223, 0.1554])
})

test('others are shown red, green and blue by ImageNet’s mean and deviation', async () => {
  // The softmax of 2.249, 2.429, -1.804: (255 - 123.675) / 58.395 and so on.
  deepStrictEqual(await seen({}, yellow), [0.4516, 0.5405, 0.0078])
})

test('a number that is none gives no class any probability', async () => {
  const { probabilities } = await classified([1, Number.NaN])
  ok(probabilities.every(value => value === 0))
})
