import { deepStrictEqual, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openClassifier } from '../../../src/vision/open-classifier.ts'
import { constantHead } from '../../support/onnx-head.ts'
import { saved } from '../../support/onnx-model.ts'
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

test('a number that is none gives no class any probability', async () => {
  const { probabilities } = await classified([1, Number.NaN])
  ok(probabilities.every(value => value === 0))
})
