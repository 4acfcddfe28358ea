import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inspectModel } from '../../src/vision/inspect-model.ts'
import { functionField, modelField, node, nodeField } from '../../src/vision/onnx/schema.ts'
import { messageField, readMessage, textField, writeMessage } from '../../src/vision/onnx/wire.ts'
import { saved, type TinyModel, tinyModel, tinyYolox, yoloxWithData } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// What `models info` tells of a file: what it is, what is missing, and why not.

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const inspected = async (bytes: Uint8Array) => inspectModel(await saved(join(folder.path, 'model.onnx'), bytes))
const graph = (more: Partial<TinyModel>) => inspected(tinyModel({ nodes: [], outputs: [], ...more }))

test('IM1 of a model of a family: which, its classes, and nothing against it', async () => {
  const { family, unusable, unsupported, batch, externalData } = await inspected(tinyYolox([], 0, 3))
  deepStrictEqual(family, { name: 'yolox', task: 'detect', classCount: 3, experimental: false })
  deepStrictEqual([unusable, unsupported, batch, externalData], [undefined, [], 'dynamic', []])
})

test('IM2 of a model of no family: what it gives, and why no family takes it', async () => {
  const { family, unusable } = await graph({ outputs: [{ name: 'mystery', dims: [1, 3, 32, 32] }] })
  strictEqual(family, undefined)
  strictEqual(unusable, 'no known family gives mystery [1, 3, 32, 32]')
})

test('IM3 a model with a suppression of its own is to be exported without', async () => {
  const nodes = [node('NonMaxSuppression', ['images'], ['chosen'])]
  const { unusable } = await graph({ nodes, outputs: [{ name: 'chosen', dims: ['n', 3] }] })
  match(unusable!, /no known family gives chosen \[n, 3\]; it has its own suppression of duplicates: export it without/)
})

const besides = [
  { name: 'orig_target_sizes', dims: [1, 2], dataType: 'float32' as const },
  { name: 'orig_target_sizes', dims: [1, 3], dataType: 'int64' as const },
  { name: 'image_sizes', dims: [1, 2], dataType: 'int64' as const }
]
for (const beside of besides)
  test(`IM4 what a model asks for beside its picture is told where that cannot be had: ${beside.dataType} ${beside.name} [${beside.dims}]`, async () => {
    const outputs = [
      { name: 'labels', dims: [1, 3] },
      { name: 'boxes', dims: [1, 3, 4] },
      { name: 'scores', dims: [1, 3] }
    ]
    const { family, unusable } = await graph({ moreInputs: [beside], outputs })
    strictEqual(family, undefined)
    match(
      unusable!,
      /^its input is not one picture, .* but images \[1, 3, 32, 32\], (orig_target|image)_sizes \[1, [23]\]/
    )
  })

/** Its one node is an operator of this domain; `defined`: the model says itself what that does. */
function foreign(defined: boolean): Uint8Array {
  const magic = [...node('Magic', ['images'], ['output']), textField(nodeField.domain, 'ai.example')]
  const bytes = tinyModel({ nodes: [magic], outputs: [{ name: 'output', dims: [1, 3, 32, 32] }] })
  const body = node('Identity', ['x'], ['y'])
  const own = [
    textField(functionField.name, 'Magic'),
    messageField(functionField.node, body),
    textField(functionField.domain, 'ai.example')
  ]
  return writeMessage([...readMessage(bytes), ...(defined ? [messageField(modelField.functions, own)] : [])])
}

test('IM5 an operator that nothing here can run is told, one that the model defines itself is not', async () => {
  deepStrictEqual((await inspected(foreign(false))).unsupported, ['ai.example::Magic'])
  deepStrictEqual((await inspected(foreign(true))).unsupported, [])
})

test('IM6 files beside the model that hold parts of it are named', async () => {
  await writeFile(join(folder.path, 'weights.bin'), new Float32Array([1]))
  deepStrictEqual((await inspected(yoloxWithData('weights.bin'))).externalData, ['weights.bin'])
})

test('IM7 a model that takes one picture at a time is told why', async () => {
  const { batch } = await inspected(
    tinyModel({
      input: { name: 'images', dims: [4, 3, 32, 32] },
      nodes: [],
      outputs: [{ name: 'output', dims: [4, 21, 7] }]
    })
  )
  match(batch, /has the batch 4/)
})
