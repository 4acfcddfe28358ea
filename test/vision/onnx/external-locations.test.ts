import { deepStrictEqual, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkExternalData, externalLocations } from '../../../src/vision/onnx/external-data.ts'
import {
  attributeField,
  functionField,
  graphField,
  modelField,
  node,
  sparseTensorField
} from '../../../src/vision/onnx/schema.ts'
import { messageField, readMessage, type WireField, writeMessage } from '../../../src/vision/onnx/wire.ts'
import { externalTensor, tinyModel } from '../../support/onnx-model.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const outside = '../secret.bin'
const secret = externalTensor('w', [1], outside)
const sparse = (part: number) => [messageField(part, secret)]
const nested = [messageField(graphField.initializer, secret)]

/** A model with a node that has this attribute. */
function withAttribute(field: WireField): Uint8Array {
  return tinyModel({ nodes: [node('If', ['images'], ['output'], [[field]])], outputs: [] })
}

/** A model whose graph has this too, in a second part of it: the parts of a message count together. */
function withGraphField(field: WireField): Uint8Array {
  const parts = readMessage(tinyModel({ nodes: [], outputs: [] }))
  return writeMessage([...parts, messageField(modelField.graph, [field])])
}

function withFunction(): Uint8Array {
  const inner = node('Constant', [], ['y'], [[messageField(attributeField.tensor, secret)]])
  const own = messageField(modelField.functions, [messageField(functionField.node, inner)])
  return writeMessage([...readMessage(tinyModel({ nodes: [], outputs: [] })), own])
}

const places: readonly { readonly where: string; readonly bytes: Uint8Array }[] = [
  { where: 'an initializer', bytes: withGraphField(messageField(graphField.initializer, secret)) },
  {
    where: 'the values of a sparse initializer',
    bytes: withGraphField(messageField(graphField.sparseInitializer, sparse(sparseTensorField.values)))
  },
  {
    where: 'the indices of a sparse initializer',
    bytes: withGraphField(messageField(graphField.sparseInitializer, sparse(sparseTensorField.indices)))
  },
  { where: 'a tensor of an attribute', bytes: withAttribute(messageField(attributeField.tensor, secret)) },
  {
    where: 'one of several tensors of an attribute',
    bytes: withAttribute(messageField(attributeField.tensors, secret))
  },
  { where: 'a graph of an attribute', bytes: withAttribute(messageField(attributeField.graph, nested)) },
  { where: 'one of several graphs of an attribute', bytes: withAttribute(messageField(attributeField.graphs, nested)) },
  {
    where: 'a sparse tensor of an attribute',
    bytes: withAttribute(messageField(attributeField.sparseTensor, sparse(sparseTensorField.values)))
  },
  {
    where: 'one of several sparse tensors of an attribute',
    bytes: withAttribute(messageField(attributeField.sparseTensors, sparse(sparseTensorField.values)))
  },
  { where: 'a function of the model', bytes: withFunction() }
]
for (const { where, bytes } of places)
  test(`EL1 data that ${where} keeps outside of the model's folder are found, and refused`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'model.onnx')
    const locations = externalLocations(bytes, path)
    deepStrictEqual(locations, [outside])
    await rejects(checkExternalData(locations, path), { code: 'SL_MODEL_EXTERNAL_DATA' })
  })
