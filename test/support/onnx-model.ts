import { writeFile } from 'node:fs/promises'
import {
  constantNode,
  type DataType,
  type Dimension,
  entryField,
  graphField,
  modelField,
  node,
  opsetField,
  tensor,
  tensorField,
  valueInfo
} from '../../src/vision/onnx/schema.ts'
import { integerField, messageField, textField, type WireField, writeMessage } from '../../src/vision/onnx/wire.ts'

export interface TinyValue {
  readonly name: string
  readonly dims: readonly Dimension[]
  readonly dataType?: DataType
}

export interface TinyModel {
  readonly input?: TinyValue
  readonly outputs: readonly TinyValue[]
  readonly nodes: readonly (readonly WireField[])[]
  readonly initializers?: readonly (readonly WireField[])[]
}

/** A small but whole ONNX model, of opset 13. */
export function tinyModel({ input, outputs, nodes, initializers = [] }: TinyModel): Uint8Array {
  const picture = input ?? { name: 'images', dims: [1, 3, 32, 32] }
  const value = ({ name, dims, dataType = 'float32' }: TinyValue) => valueInfo(name, dataType, dims)
  return writeMessage([
    integerField(modelField.irVersion, 7),
    messageField(modelField.graph, [
      ...nodes.map(fields => messageField(graphField.node, fields)),
      textField(graphField.name, 'tiny'),
      ...initializers.map(fields => messageField(graphField.initializer, fields)),
      messageField(graphField.input, value(picture)),
      ...outputs.map(output => messageField(graphField.output, value(output)))
    ]),
    messageField(modelField.opsetImport, [textField(opsetField.domain, ''), integerField(opsetField.version, 13)])
  ])
}

/**
 * A model of the YOLOX family with a 32×32 input. `rows` are its first cells (dx, dy, log w, log h, objectness,
 * one score for each class), the others are far below any score. `brightness` times the mean of the picture's
 * bytes is added to every number, so that the result can depend on the picture.
 */
export function tinyYolox(rows: readonly (readonly number[])[], brightness = 0, classCount = 2): Uint8Array {
  const cells = 16 + 4 + 1
  const numbers = 5 + classCount
  const data = new Float32Array(cells * numbers).fill(-10)
  rows.forEach((row, cell) => {
    data.set(row, cell * numbers)
  })
  return tinyModel({
    outputs: [{ name: 'output', dims: [1, cells, numbers] }],
    nodes: [
      constantNode('rows', tensor('rows', 'float32', [1, cells, numbers], data)),
      constantNode('brightness', tensor('brightness', 'float32', [1], new Float32Array([brightness]))),
      node('ReduceMean', ['images'], ['mean']),
      node('Mul', ['mean', 'brightness'], ['light']),
      node('Reshape', ['light', 'one'], ['scalar']),
      node('Add', ['rows', 'scalar'], ['output'])
    ],
    initializers: [tensor('one', 'int64', [1], new BigInt64Array([1n]))]
  })
}

/** A tensor whose numbers lie in another file. */
export function externalTensor(name: string, dims: readonly number[], location: string): WireField[] {
  return [
    ...dims.map(dim => integerField(tensorField.dims, dim)),
    integerField(tensorField.dataType, 1),
    textField(tensorField.name, name),
    messageField(tensorField.externalData, [
      textField(entryField.key, 'location'),
      textField(entryField.value, location)
    ]),
    integerField(tensorField.dataLocation, 1)
  ]
}

/** Its input plus a tensor from another file: the numbers of that file come out. */
export function modelWithExternalData(location: string): Uint8Array {
  return tinyModel({
    outputs: [{ name: 'output', dims: [1, 3, 32, 32] }],
    nodes: [node('Add', ['images', 'weights'], ['output'])],
    initializers: [externalTensor('weights', [1], location)]
  })
}

/** Writes a model and gives its path. */
export async function saved(path: string, bytes: Uint8Array): Promise<string> {
  await writeFile(path, bytes)
  return path
}
