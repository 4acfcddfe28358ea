import { bytesField, integerField, messageField, textField, type WireField } from './wire.ts'

/**
 * Field numbers of the ONNX messages that we read or write (onnx.proto of ONNX 1.18), and writers for the
 * few messages that we add to a graph.
 */
export const modelField = {
  irVersion: 1,
  producerName: 2,
  producerVersion: 3,
  graph: 7,
  opsetImport: 8,
  metadata: 14,
  functions: 25
}
export const opsetField = { domain: 1, version: 2 }
export const graphField = {
  node: 1,
  name: 2,
  initializer: 5,
  input: 11,
  output: 12,
  valueInfo: 13,
  sparseInitializer: 15
}
export const functionField = { name: 1, node: 7, domain: 10 }
export const nodeField = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 }
export const attributeField = {
  name: 1,
  integer: 3,
  tensor: 5,
  graph: 6,
  integers: 8,
  tensors: 10,
  graphs: 11,
  type: 20,
  sparseTensor: 22,
  sparseTensors: 23
}
export const tensorField = {
  dims: 1,
  dataType: 2,
  int64Data: 7,
  name: 8,
  rawData: 9,
  externalData: 13,
  dataLocation: 14
}
export const sparseTensorField = { values: 1, indices: 2 }
export const entryField = { key: 1, value: 2 }
export const valueInfoField = { name: 1, type: 2 }
export const typeField = { tensor: 1 }
export const tensorTypeField = { elementType: 1, shape: 2 }
export const shapeField = { dim: 1 }
export const dimField = { value: 1, parameter: 2 }

/** TensorProto.DataType by number: the names that ONNX Runtime uses. */
export const dataTypes = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64'
] as const
export type DataType = (typeof dataTypes)[number]

const attributeType = { integer: 2, tensor: 4, integers: 7 }

/** A size, or the name of one that is known only when the model runs. */
export type Dimension = number | string

/** @param dims undefined where the rank is not known */
export function valueInfo(name: string, dataType: DataType, dims: readonly Dimension[] | undefined): WireField[] {
  const shape = dims?.map(dim =>
    messageField(shapeField.dim, [
      typeof dim === 'number' ? integerField(dimField.value, dim) : textField(dimField.parameter, dim)
    ])
  )
  const tensorType = [
    integerField(tensorTypeField.elementType, dataTypes.indexOf(dataType)),
    ...(shape ? [messageField(tensorTypeField.shape, shape)] : [])
  ]
  return [
    textField(valueInfoField.name, name),
    messageField(valueInfoField.type, [messageField(typeField.tensor, tensorType)])
  ]
}

export function node(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly (readonly WireField[])[] = []
): WireField[] {
  return [
    ...inputs.map(input => textField(nodeField.input, input)),
    ...outputs.map(output => textField(nodeField.output, output)),
    textField(nodeField.name, outputs[0] ?? opType),
    textField(nodeField.opType, opType),
    ...attributes.map(attribute => messageField(nodeField.attribute, attribute))
  ]
}

export function integerAttribute(name: string, value: number): WireField[] {
  return [
    textField(attributeField.name, name),
    integerField(attributeField.integer, value),
    integerField(attributeField.type, attributeType.integer)
  ]
}

export function integersAttribute(name: string, values: readonly number[]): WireField[] {
  return [
    textField(attributeField.name, name),
    ...values.map(value => integerField(attributeField.integers, value)),
    integerField(attributeField.type, attributeType.integers)
  ]
}

/** A Constant node: unlike an initializer it need not be listed among the inputs in old IR versions. */
export function constantNode(name: string, tensor: readonly WireField[]): WireField[] {
  const value = [
    textField(attributeField.name, 'value'),
    messageField(attributeField.tensor, tensor),
    integerField(attributeField.type, attributeType.tensor)
  ]
  return node('Constant', [], [name], [value])
}

export function tensor(name: string, dataType: DataType, dims: readonly number[], data: ArrayBufferView): WireField[] {
  return [
    ...dims.map(dim => integerField(tensorField.dims, dim)),
    integerField(tensorField.dataType, dataTypes.indexOf(dataType)),
    textField(tensorField.name, name),
    bytesField(tensorField.rawData, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  ]
}
