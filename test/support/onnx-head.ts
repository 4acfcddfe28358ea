import {
  constantNode,
  type DataType,
  dataTypes,
  entryField,
  integerAttribute,
  modelField,
  node,
  tensor
} from '../../src/vision/onnx/schema.ts'
import { messageField, readMessage, textField, writeMessage } from '../../src/vision/onnx/wire.ts'
import { type TinyValue, tinyModel } from './onnx-model.ts'

export interface HeadOutput {
  readonly name: string
  readonly dims: readonly number[]
  /** As many as `dims` say; fewer are followed by zeros. */
  readonly data: readonly number[]
  /** float32 by default; int64 as exporters write class ids. */
  readonly dataType?: DataType
  /** In units of the picture's size, for which the graph asks beside the picture. */
  readonly timesPictureSize?: true
}

export interface Head {
  readonly input?: TinyValue
  readonly outputs: readonly HeadOutput[]
  readonly metadata?: Readonly<Record<string, string>>
}

/** A model with a head of some family: its outputs are always the same numbers, whatever it looks at. */
export function constantHead({ input, outputs, metadata = {} }: Head): Uint8Array {
  const sizes = outputs.some(output => output.timesPictureSize)
  const nodes = outputs.flatMap(({ name, dims, data, dataType = 'float32', timesPictureSize }) => {
    const count = dims.reduce((product, dim) => product * dim, 1)
    const numbers = Array.from({ length: count }, (_, at) => data[at] ?? 0)
    const typed = dataType === 'int64' ? new BigInt64Array(numbers.map(BigInt)) : new Float32Array(numbers)
    const constant = constantNode(
      `${name}/constant`,
      tensor(name, dataType === 'int64' ? 'int64' : 'float32', dims, typed)
    )
    if (timesPictureSize) return [constant, node('Mul', [`${name}/constant`, 'size'], [name])]
    const to = integerAttribute('to', dataTypes.indexOf(dataType))
    return [constant, node('Cast', [`${name}/constant`], [name], [to])]
  })
  const float = integerAttribute('to', dataTypes.indexOf('float32'))
  const size = [
    node('Cast', ['orig_target_sizes'], ['width and height'], [float]),
    node('Concat', ['width and height', 'width and height'], ['size'], [integerAttribute('axis', 1)])
  ]
  const bytes = tinyModel({
    input,
    moreInputs: sizes ? [{ name: 'orig_target_sizes', dims: ['N', 2], dataType: 'int64' }] : [],
    nodes: [...(sizes ? size : []), ...nodes],
    outputs: outputs.map(({ name, dims, dataType }) => ({ name, dims, dataType }))
  })
  return withMetadata(bytes, metadata)
}

/** The model with notes of its exporter. */
export function withMetadata(bytes: Uint8Array, metadata: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(metadata).map(([key, value]) =>
    messageField(modelField.metadata, [textField(entryField.key, key), textField(entryField.value, value)])
  )
  return writeMessage([...readMessage(bytes), ...entries])
}
