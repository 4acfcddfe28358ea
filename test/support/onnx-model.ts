import { writeFile } from 'node:fs/promises'
import {
  attributeField,
  constantNode,
  type DataType,
  type Dimension,
  entryField,
  graphField,
  integerAttribute,
  integersAttribute,
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
  /** Beside the picture. */
  readonly moreInputs?: readonly TinyValue[]
  readonly outputs: readonly TinyValue[]
  readonly nodes: readonly (readonly WireField[])[]
  readonly initializers?: readonly (readonly WireField[])[]
  /** 13 by default. */
  readonly opset?: number
}

/** A small but whole ONNX model. */
export function tinyModel({
  input,
  moreInputs = [],
  outputs,
  nodes,
  initializers = [],
  opset = 13
}: TinyModel): Uint8Array {
  const picture = input ?? { name: 'images', dims: [1, 3, 32, 32] }
  const value = ({ name, dims, dataType = 'float32' }: TinyValue) => valueInfo(name, dataType, dims)
  return writeMessage([
    integerField(modelField.irVersion, 7),
    messageField(modelField.graph, [
      ...nodes.map(fields => messageField(graphField.node, fields)),
      textField(graphField.name, 'tiny'),
      ...initializers.map(fields => messageField(graphField.initializer, fields)),
      ...[picture, ...moreInputs].map(each => messageField(graphField.input, value(each))),
      ...outputs.map(output => messageField(graphField.output, value(output)))
    ]),
    messageField(modelField.opsetImport, [textField(opsetField.domain, ''), integerField(opsetField.version, opset)])
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
      node('ReduceMean', ['images'], ['mean'], [integersAttribute('axes', [1, 2, 3])]),
      node('Mul', ['mean', 'brightness'], ['light']),
      node('Reshape', ['light', 'one'], ['scalar']),
      node('Add', ['rows', 'scalar'], ['output'])
    ],
    initializers: [tensor('one', 'int64', [3], new BigInt64Array([1n, 1n, 1n]))]
  })
}

/**
 * The same with one box whose score is the square of the picture's brightness. A run fails when it has more than
 * `whites` pictures that are white all over.
 */
export function fragileYolox(whites: number): Uint8Array {
  const rows = new Float32Array(21 * 7).fill(-10)
  rows.set([0, 0, 0, 0, 0, 0, -10])
  return tinyModel({
    outputs: [{ name: 'output', dims: [1, 21, 7] }],
    nodes: [
      node('ReduceMean', ['images'], ['mean'], [integersAttribute('axes', [1, 2, 3])]),
      node('Mul', ['mean', 'brightness'], ['light']),
      node('Cast', ['light'], ['isWhite'], [integerAttribute('to', 7)]),
      node('ReduceSum', ['isWhite'], ['sum']),
      node('Gather', ['zeros', 'sum'], ['zero']),
      node('Reshape', ['zero', 'scalar'], ['nothing']),
      node('Reshape', ['light', 'cell'], ['added']),
      node('Add', ['rows', 'added'], ['sums']),
      node('Add', ['sums', 'nothing'], ['output'])
    ],
    initializers: [
      tensor('brightness', 'float32', [1], new Float32Array([1 / 254.9])),
      tensor('zeros', 'float32', [whites + 1], new Float32Array(whites + 1)),
      tensor('scalar', 'int64', [1], new BigInt64Array([1n])),
      tensor('cell', 'int64', [3], new BigInt64Array([1n, 1n, 1n])),
      tensor('rows', 'float32', [1, 21, 7], rows)
    ]
  })
}

/** As tinyYolox, but a picture's result depends on the brightest one beside it in a batch, though all shapes follow the batch. */
export function mixingYolox(): Uint8Array {
  return tinyModel({
    outputs: [{ name: 'output', dims: [1, 21, 7] }],
    nodes: [
      node('ReduceMean', ['images'], ['mean'], [integersAttribute('axes', [1, 2, 3])]),
      node('ReduceMax', ['mean'], ['brightest'], [integersAttribute('axes', [0])]),
      node('Sub', ['mean', 'brightest'], ['difference']),
      node('Reshape', ['difference', 'cell'], ['added']),
      node('Add', ['rows', 'added'], ['output'])
    ],
    initializers: [
      tensor('cell', 'int64', [3], new BigInt64Array([1n, 1n, 1n])),
      tensor('rows', 'float32', [1, 21, 7], new Float32Array(21 * 7).fill(-10))
    ]
  })
}

/** A model of the YOLOX family that finds nothing, and multiplies matrices of 1024×1024 so often before it says so. */
export function slowYolox(products: number): Uint8Array {
  const side = 1024
  // All of them 1 ÷ side: a product of two such matrices is one again.
  const even = new Float32Array(side * side).fill(1 / side)
  const cells = 16 + 4 + 1
  return tinyModel({
    outputs: [{ name: 'output', dims: [1, cells, 7] }],
    nodes: [
      constantNode('rows', tensor('rows', 'float32', [1, cells, 7], new Float32Array(cells * 7).fill(-10))),
      constantNode('none', tensor('none', 'float32', [1], new Float32Array([0]))),
      node('ReduceMean', ['images'], ['mean']),
      node('Mul', ['mean', 'none'], ['dark']),
      node('Reshape', ['dark', 'one'], ['scalar']),
      // Of the picture, if only in name: what is constant would be worked out once.
      node('Add', ['even', 'scalar'], ['product0']),
      ...Array.from({ length: products }, (_, n) =>
        node('MatMul', [`product${n}`, `product${n}`], [`product${n + 1}`])
      ),
      node('ReduceMean', [`product${products}`], ['sum']),
      node('Mul', ['sum', 'none'], ['nothing']),
      node('Reshape', ['nothing', 'one'], ['added']),
      node('Add', ['rows', 'added'], ['output'])
    ],
    initializers: [tensor('one', 'int64', [1], new BigInt64Array([1n])), tensor('even', 'float32', [side, side], even)]
  })
}

/** A model of the YOLOX family that finds nothing, and works out `added`, one number of any shape, before it says so. */
function yoloxAfter(
  nodes: readonly (readonly WireField[])[],
  initializers: readonly (readonly WireField[])[] = []
): Uint8Array {
  const cells = 16 + 4 + 1
  return tinyModel({
    outputs: [{ name: 'output', dims: [1, cells, 7] }],
    nodes: [
      constantNode('rows', tensor('rows', 'float32', [1, cells, 7], new Float32Array(cells * 7).fill(-10))),
      constantNode('none', tensor('none', 'float32', [1], new Float32Array([0]))),
      node('ReduceMean', ['images'], ['mean']),
      node('Mul', ['mean', 'none'], ['dark']),
      ...nodes,
      node('Reshape', ['added', 'one'], ['scalar']),
      node('Add', ['rows', 'scalar'], ['lit']),
      node('Reshape', ['dark', 'one'], ['darkness']),
      node('Add', ['lit', 'darkness'], ['output'])
    ],
    initializers: [tensor('one', 'int64', [1], new BigInt64Array([1n])), ...initializers]
  })
}

/** The same with a tensor of so many numbers on the way. */
export function hugeYolox(elements: bigint): Uint8Array {
  const nodes = [node('ConstantOfShape', ['size'], ['huge']), node('ReduceMax', ['huge'], ['added'])]
  return yoloxAfter(nodes, [tensor('size', 'int64', [1], new BigInt64Array([elements]))])
}

/** The same with a number that lies in another file. */
export function yoloxWithData(location: string): Uint8Array {
  return yoloxAfter([node('Mul', ['weight', 'none'], ['added'])], [externalTensor('weight', [1], location)])
}

/** The same with loops within a loop, of so many turns each. */
export function loopingYolox(turns: bigint): Uint8Array {
  const count = tensor('turns', 'int64', [], new BigInt64Array([turns]))
  const isOn = tensor('on', 'bool', [], new Uint8Array([1]))
  const inner = loopBody('inner', [node('Add', ['inner/in', 'inner/in'], ['inner/out'])])
  const outer = loopBody('outer', [node('Loop', ['turns', 'on', 'outer/in'], ['outer/out'], [inner])])
  return yoloxAfter([node('Loop', ['turns', 'on', 'dark'], ['added'], [outer])], [count, isOn])
}

/** The same, but only for a picture that is not even: the one that models are opened with is. */
export function loopingAtPatterns(turns: bigint): Uint8Array {
  const count = tensor('turns', 'int64', [], new BigInt64Array([turns]))
  const isOn = tensor('on', 'bool', [], new Uint8Array([1]))
  const body = loopBody('loop', [node('Add', ['loop/in', 'loop/in'], ['loop/out'])])
  const whole = [integerAttribute('keepdims', 0)]
  const nodes = [
    node('ReduceMax', ['images'], ['lightest'], whole),
    node('ReduceMin', ['images'], ['darkest'], whole),
    node('Sub', ['lightest', 'darkest'], ['contrast']),
    node('Cast', ['contrast'], ['levels'], [integerAttribute('to', 7)]),
    node('Mul', ['levels', 'turns'], ['often']),
    node('Loop', ['often', 'on', 'dark'], ['added'], [body])
  ]
  return yoloxAfter(nodes, [count, isOn])
}

/** The attribute of a Loop that does `nodes` with one number, from `NAME/in` to `NAME/out`. */
function loopBody(name: string, nodes: readonly (readonly WireField[])[]): WireField[] {
  const inputs = [
    valueInfo(`${name}/turn`, 'int64', []),
    valueInfo(`${name}/isOn`, 'bool', []),
    valueInfo(`${name}/in`, 'float32', undefined)
  ]
  const outputs = [valueInfo(`${name}/goesOn`, 'bool', []), valueInfo(`${name}/out`, 'float32', undefined)]
  const goesOn = node('Identity', [`${name}/isOn`], [`${name}/goesOn`])
  const graphType = 5
  return [
    textField(attributeField.name, 'body'),
    messageField(attributeField.graph, [
      ...[goesOn, ...nodes].map(fields => messageField(graphField.node, fields)),
      textField(graphField.name, name),
      ...inputs.map(fields => messageField(graphField.input, fields)),
      ...outputs.map(fields => messageField(graphField.output, fields))
    ]),
    integerField(attributeField.type, graphType)
  ]
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
