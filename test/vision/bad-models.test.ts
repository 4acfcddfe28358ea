import { ok, rejects, strictEqual } from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { ErrorCode } from '../../src/core/errors.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { attributeField, graphField, node, nodeField } from '../../src/vision/onnx/schema.ts'
import { messageField, textField } from '../../src/vision/onnx/wire.ts'
import { type DetectorOptions, openDetector } from '../../src/vision/open-detector.ts'
import { closed } from '../support/closed.ts'
import { externalTensor, modelWithExternalData, saved, tinyModel, tinyYolox } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const inside = (name: string) => join(folder.path, name)

async function refused(options: Partial<DetectorOptions> & { modelPath: string }, code: ErrorCode, ...words: string[]) {
  await rejects(closed(openDetector({ name: 'model', concurrency: 1, ...options })), error => {
    ok(error instanceof SightlineError, String(error))
    strictEqual(error.code, code, error.message)
    for (const word of [options.modelPath, ...words]) ok(error.message.includes(word), error.message)
    return true
  })
}

const notOnnx = [
  { what: 'an empty file', bytes: new Uint8Array(), words: 'it is empty' },
  { what: 'text', bytes: Buffer.from('This is no model, whatever its name says.\n'.repeat(9)), words: 'no ONNX graph' },
  { what: 'a web page', bytes: Buffer.from('<!DOCTYPE html><title>404</title>'), words: 'no ONNX graph' },
  { what: 'a Git LFS pointer', bytes: Buffer.from('version https://git-lfs.github.com/spec/v1\n'), words: 'Git LFS' },
  { what: 'a model that was cut off', bytes: tinyYolox([]).subarray(0, 400), words: 'only the beginning' },
  { what: 'a model without a graph', bytes: tinyYolox([]).subarray(0, 2), words: 'no ONNX graph' }
]
for (const { what, bytes, words } of notOnnx) {
  test(`${what} is SL_MODEL_NOT_ONNX`, async () => {
    await refused({ modelPath: await saved(inside('not.onnx'), bytes) }, 'SL_MODEL_NOT_ONNX', words)
  })
}

test('a file that is not there, or a folder, is SL_MODEL_NOT_FOUND', async () => {
  await refused({ modelPath: inside('missing.onnx') }, 'SL_MODEL_NOT_FOUND')
  await refused({ modelPath: folder.path }, 'SL_MODEL_NOT_FOUND')
})

const elsewhere = [
  { how: 'by ..', location: '../secret.bin', words: "lies outside the model's folder" },
  { how: 'by .. within', location: 'data/../../secret.bin', words: "lies outside the model's folder" },
  { how: 'by an absolute path', location: '/etc/passwd', words: 'no path relative' },
  { how: 'by a link', location: 'link.bin', words: 'is a link out of' },
  { how: 'through a linked folder', location: 'linked/secret.bin', words: 'is a link out of' },
  { how: 'in a file that is missing', location: 'nowhere.bin', words: 'cannot be found' },
  { how: "by the runtime's own name for memory", location: '*/_ORT_MEM_ADDR_/*', words: 'cannot be found' },
  { how: 'in a folder', location: 'data', words: 'is not a file' },
  { how: 'without saying where', location: '', words: 'no path relative' }
]
for (const { how, location, words } of elsewhere) {
  test(`external data ${how} is SL_MODEL_EXTERNAL_DATA`, async () => {
    await using home = await temporaryFolder()
    await mkdir(join(home.path, 'models', 'data'), { recursive: true })
    await writeFile(join(home.path, 'secret.bin'), 'secret')
    await symlink(join(home.path, 'secret.bin'), join(home.path, 'models', 'link.bin'))
    await symlink(home.path, join(home.path, 'models', 'linked'))
    const path = await saved(join(home.path, 'models', 'model.onnx'), modelWithExternalData(location))
    await refused({ modelPath: path }, 'SL_MODEL_EXTERNAL_DATA', words)
  })
}

test('external data of a tensor within a nested graph is looked at too', async () => {
  const nested = [messageField(graphField.initializer, externalTensor('w', [1], '../secret.bin'))]
  const branch = [messageField(attributeField.graph, nested)]
  const nodes = [node('If', ['images'], ['output'], [branch])]
  const bytes = tinyModel({ nodes, outputs: [{ name: 'output', dims: [1] }] })
  await refused({ modelPath: await saved(inside('nested.onnx'), bytes) }, 'SL_MODEL_EXTERNAL_DATA', '../secret.bin')
})

test('graphs nested deeper than any exporter writes are SL_MODEL_NOT_ONNX', async () => {
  let graph = [messageField(graphField.node, node('Identity', ['a'], ['b']))]
  for (let depth = 0; depth < 200; depth++) {
    const holder = node('If', ['a'], ['b'], [[messageField(attributeField.graph, graph)]])
    graph = [messageField(graphField.node, holder)]
  }
  const bytes = tinyModel({
    nodes: [node('If', ['images'], ['output'], [[messageField(attributeField.graph, graph)]])],
    outputs: [{ name: 'output', dims: [1] }]
  })
  await refused({ modelPath: await saved(inside('deep.onnx'), bytes) }, 'SL_MODEL_NOT_ONNX')
})

const identity = {
  nodes: [node('Identity', ['images'], ['output'])],
  outputs: [{ name: 'output', dims: [1, 3, 32, 32] }]
}
const inputs = [
  { what: 'two dimensions', input: { name: 'images', dims: [1, 3072] } },
  { what: 'channels last', input: { name: 'images', dims: [1, 32, 32, 3] } },
  { what: 'bytes', input: { name: 'images', dims: [1, 3, 32, 32], dataType: 'uint8' as const } }
]
for (const { what, input } of inputs) {
  test(`an input of ${what} is SL_MODEL_INPUT_RANK, and the message tells the input`, async () => {
    const nodes = [node('Identity', ['images'], ['output'])]
    const path = await saved(inside('rank.onnx'), tinyModel({ input, nodes, outputs: [{ ...input, name: 'output' }] }))
    await refused({ modelPath: path }, 'SL_MODEL_INPUT_RANK', `images [${input.dims.join(', ')}]`)
  })
}

test('outputs of no known family are SL_MODEL_FAMILY_UNKNOWN, and the message tells them and the families', async () => {
  const nodes = [node('Identity', ['images'], ['mystery'])]
  const path = await saved(
    inside('unknown.onnx'),
    tinyModel({ nodes, outputs: [{ name: 'mystery', dims: [1, 3, 32, 32] }] })
  )
  await refused({ modelPath: path }, 'SL_MODEL_FAMILY_UNKNOWN', 'mystery [1, 3, 32, 32]', 'yolox, yolo-face')
})

test('a family that does not exist is SL_MODEL_FAMILY_UNKNOWN, and the message tells those that do', async () => {
  const path = await saved(inside('tiny.onnx'), tinyYolox([]))
  await refused({ modelPath: path, family: 'yolo99' }, 'SL_MODEL_FAMILY_UNKNOWN', "'yolo99'", 'yolox, yolo-face')
})

test('outputs that are not those of the family named are SL_MODEL_OUTPUT_UNEXPECTED', async () => {
  const path = await saved(inside('tiny.onnx'), tinyYolox([]))
  await refused({ modelPath: path, family: 'yunet' }, 'SL_MODEL_OUTPUT_UNEXPECTED', 'output [1, ')
})

test('labels that are not as many as the classes are SL_MODEL_OUTPUT_UNEXPECTED', async () => {
  const path = await saved(inside('tiny.onnx'), tinyYolox([]))
  await refused({ modelPath: path, labels: ['one'] }, 'SL_MODEL_OUTPUT_UNEXPECTED', '2 classes')
})

test('an operator that the runtime does not have is SL_MODEL_RUN_FAILED', async () => {
  const nodes = [node('NoSuchOperator', ['images'], ['output'])]
  const path = await saved(
    inside('operator.onnx'),
    tinyModel({ nodes, outputs: [{ name: 'output', dims: [1, 21, 7] }] })
  )
  await refused({ modelPath: path }, 'SL_MODEL_RUN_FAILED', 'NoSuchOperator')
})

test('an operator of a library that is not here is SL_MODEL_RUN_FAILED, and the message tells the library', async () => {
  const nodes = [[...node('Evil', ['images'], ['output']), textField(nodeField.domain, 'evil.library')]]
  const path = await saved(
    inside('library.onnx'),
    tinyModel({ nodes, outputs: [{ name: 'output', dims: [1, 21, 7] }] })
  )
  await refused({ modelPath: path }, 'SL_MODEL_RUN_FAILED', 'evil.library')
})

test('a version of the operators that is not out yet is SL_MODEL_RUN_FAILED, and the message tells it', async () => {
  const path = await saved(inside('future.onnx'), tinyModel({ ...identity, opset: 99 }))
  await refused({ modelPath: path, family: 'yolox' }, 'SL_MODEL_RUN_FAILED', '99')
})

test('a picture larger than any camera gives is SL_MODEL_INPUT_RANK, and no memory is asked for', async () => {
  const input = { name: 'images', dims: [1, 3, 1_000_000, 1_000_000] }
  const path = await saved(inside('large.onnx'), tinyModel({ ...identity, input }))
  await refused({ modelPath: path, family: 'yolox' }, 'SL_MODEL_INPUT_RANK', '1000000×1000000')
})

test('a provider that is asked for and is not there is SL_PROVIDER_UNAVAILABLE with the reason and what is there', async () => {
  const modelPath = await saved(inside('tiny.onnx'), tinyYolox([]))
  await rejects(closed(openDetector({ name: 'model', concurrency: 1, modelPath, provider: 'tensorrt' })), {
    code: 'SL_PROVIDER_UNAVAILABLE',
    message: /^tensorrt cannot run models on this machine: .+ Here there is .*cpu.*; auto takes the fastest\.$/
  })
})
