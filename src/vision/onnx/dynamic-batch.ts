import { readModel } from './model-facts.ts'
import { withGraph } from './preprocessing.ts'
import {
  attributeField,
  constantNode,
  dimField,
  graphField,
  nodeField,
  shapeField,
  tensor,
  tensorField,
  tensorTypeField,
  typeField,
  valueInfoField
} from './schema.ts'
import {
  integerOf,
  integers,
  messageField,
  payload,
  readMessage,
  subMessage,
  subMessages,
  text,
  textField,
  textOf,
  type WireField
} from './wire.ts'

/** The name that the batch dimension gets. */
export const batchDimension = 'batch'

/** A model whose batch may be of any size, or the model as it was and why that could not be. */
export type DynamicBatch =
  | { readonly dynamic: true; readonly bytes: Uint8Array }
  | { readonly dynamic: false; readonly bytes: Uint8Array; readonly reason: string }

/**
 * Makes the batch dimension of all inputs and outputs symbolic. Exporters bake a batch of 1 into the shapes
 * that Reshape nodes get: a leading 1 becomes 0, "as many as came in". A graph that reshapes its data in
 * any other way that fixes the batch is left alone. Never throws for a model that could be read.
 */
export function makeBatchDynamic(bytes: Uint8Array, path: string): DynamicBatch {
  const { model, graph } = readModel(bytes, path)
  const values = graph.filter(({ number }) => number === graphField.input || number === graphField.output)
  const constants = constantsOf(graph)
  const data = values.map(field => readMessage(payload(field))).filter(value => !constants.has(nameOf(value)))
  const fixed = data.find(value => typeof batchOf(value) === 'number' && batchOf(value) !== 1)
  if (fixed) return { dynamic: false, bytes, reason: `${nameOf(fixed)} has the batch ${batchOf(fixed)}` }

  if (mixesFrames(graph)) return { dynamic: false, bytes, reason: 'it quantises all frames of a batch by one scale' }

  const edited: WireField[] = []
  for (const field of graph) {
    if (field.number === graphField.valueInfo) continue
    if (field.number === graphField.input || field.number === graphField.output) {
      const value = readMessage(payload(field))
      edited.push(constants.has(nameOf(value)) ? field : messageField(field.number, withDynamicBatch(value)))
      continue
    }
    const reshape = field.number === graphField.node ? reshapeOf(field, constants) : undefined
    if (reshape?.shape === undefined) {
      edited.push(field)
      continue
    }
    if (reshape.shape[0] !== 1n || reshape.allowZero)
      return { dynamic: false, bytes, reason: `node ${reshape.output} reshapes to [${reshape.shape.join(', ')}]` }
    const name = `${reshape.output}/batch-shape`
    const shape = new BigInt64Array([0n, ...reshape.shape.slice(1)])
    edited.push(messageField(graphField.node, constantNode(name, tensor(name, 'int64', [shape.length], shape))))
    edited.push(messageField(graphField.node, withSecondInput(reshape.node, name)))
  }
  return { dynamic: true, bytes: withGraph(model, edited) }
}

/** Where the scale is taken over the whole batch, a frame's result would depend on its neighbours. */
function mixesFrames(graph: readonly WireField[]): boolean {
  return graph.some(
    field =>
      field.number === graphField.node &&
      textOf(readMessage(payload(field)), nodeField.opType) === 'DynamicQuantizeLinear'
  )
}

/** A Reshape of data (not of constants) whose shape is constant and does not already follow its input. */
function reshapeOf(field: WireField, constants: ReadonlyMap<string, bigint[] | undefined>) {
  const node = readMessage(payload(field))
  if (textOf(node, nodeField.opType) !== 'Reshape') return undefined
  const [data, shapeName] = node.filter(({ number }) => number === nodeField.input).map(text)
  const shape = constants.get(shapeName ?? '')
  if (constants.has(data ?? '') || shape === undefined || shape[0] === 0n) return undefined
  const allowZero = subMessages(node, nodeField.attribute).some(
    attribute =>
      textOf(attribute, attributeField.name) === 'allowzero' && integerOf(attribute, attributeField.integer) === 1
  )
  return { node, shape, allowZero, output: textOf(node, nodeField.output) }
}

/** Every constant of the graph by name, with its numbers where it is a list of int64. */
function constantsOf(graph: readonly WireField[]): Map<string, bigint[] | undefined> {
  const constants = new Map<string, bigint[] | undefined>()
  for (const field of graph) {
    if (field.number === graphField.initializer) {
      const initializer = readMessage(payload(field))
      constants.set(textOf(initializer, tensorField.name), int64s(initializer))
    } else if (field.number === graphField.node) {
      const node = readMessage(payload(field))
      if (textOf(node, nodeField.opType) !== 'Constant') continue
      const value = subMessages(node, nodeField.attribute).flatMap(
        attribute => subMessage(attribute, attributeField.tensor) ?? []
      )
      constants.set(textOf(node, nodeField.output), int64s(value))
    }
  }
  return constants
}

function int64s(fields: readonly WireField[]): bigint[] | undefined {
  if (integerOf(fields, tensorField.dataType) !== 7) return undefined
  const raw = fields.findLast(({ number }) => number === tensorField.rawData)
  if (!raw) return integers(fields, tensorField.int64Data)
  const bytes = payload(raw)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.byteLength >> 3 }, (_, n) => view.getBigInt64(n * 8, true))
}

function withDynamicBatch(value: readonly WireField[]): WireField[] {
  return replaced(value, [valueInfoField.type, typeField.tensor, tensorTypeField.shape], shape => {
    const first = shape.findIndex(({ number }) => number === shapeField.dim)
    const symbol = messageField(shapeField.dim, [textField(dimField.parameter, batchDimension)])
    return first < 0 ? [...shape] : shape.with(first, symbol)
  })
}

/** The message with the sub-message at the end of `way` passed through `edit`. */
function replaced(
  message: readonly WireField[],
  [number, ...way]: readonly number[],
  edit: (part: readonly WireField[]) => WireField[]
): WireField[] {
  if (number === undefined) return edit(message)
  return message.map(field =>
    field.number === number ? messageField(number, replaced(readMessage(payload(field)), way, edit)) : field
  )
}

function withSecondInput(node: readonly WireField[], name: string): WireField[] {
  const inputs = node.filter(({ number }) => number === nodeField.input)
  return node.map(field => (field === inputs[1] ? textField(nodeField.input, name) : field))
}

function batchOf(value: readonly WireField[]): number | string | undefined {
  const tensorType = subMessage(subMessage(value, valueInfoField.type) ?? [], typeField.tensor) ?? []
  const dims = subMessages(subMessage(tensorType, tensorTypeField.shape) ?? [], shapeField.dim)
  return dims[0] && (integerOf(dims[0], dimField.value) ?? textOf(dims[0], dimField.parameter))
}

function nameOf(value: readonly WireField[]): string {
  return textOf(value, valueInfoField.name)
}
