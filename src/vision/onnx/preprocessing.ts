import { type ModelFacts, readModel, type ValueFacts } from './model-facts.ts'
import {
  constantNode,
  dataTypes,
  graphField,
  integerAttribute,
  integersAttribute,
  modelField,
  node,
  nodeField,
  tensor,
  tensorField,
  valueInfo,
  valueInfoField
} from './schema.ts'
import {
  integerField,
  integerOf,
  messageField,
  payload,
  readMessage,
  subMessages,
  text,
  textOf,
  type WireField,
  writeMessage
} from './wire.ts'

/**
 * What the picture's size is called where a model asks for it beside the picture, to give boxes in pixels of it: the
 * exports of RT-DETR and D-FINE with their post-processing built in.
 */
const pictureSize = 'orig_target_sizes'

/**
 * One picture, a batch of three planes of floating-point numbers, and beside it nothing but its size. How many planes there
 * are may be left open, as Hugging Face's exports leave it, unless colours come last.
 */
export function hasPictureInput({ inputs }: ModelFacts): boolean {
  const [input, ...others] = inputs
  const [, planes, , columns] = input?.dims ?? []
  return (
    (input?.dataType === 'float32' || input?.dataType === 'float16') &&
    input.dims?.length === 4 &&
    (planes === 3 || (typeof planes !== 'number' && columns !== 3)) &&
    others.every(({ name, dataType, dims }) => name === pictureSize && dataType === 'int64' && dims?.[1] === 2)
  )
}

/** What the numbers are that a model was trained on, when the bytes at hand are RGB, 0…255. */
export interface PixelEncoding {
  readonly channels: 'rgb' | 'bgr'
  /** Subtracted from each channel, then divided by `std`; in 0…255, in the order of `channels`. */
  readonly mean: readonly [number, number, number]
  readonly std: readonly [number, number, number]
}

/**
 * Puts the pre-processing in front of a model: its input becomes uint8 `[batch, height, width, 3]`, RGB, and
 * what the input was is computed in the graph. No JavaScript loop touches pixels then. The layout and the
 * channel order change while a pixel is one byte, which costs a quarter of what it would after the cast.
 * Initializers that are listed as inputs lose that listing, so that the runtime may treat them as constants. Where the
 * model asks for the picture's size it gets that of its input.
 *
 * @param input the model's first input, float `[N, 3, height, width]`
 * @throws SightlineError SL_MODEL_NOT_ONNX
 */
export function prependPreprocessing(
  bytes: Uint8Array,
  path: string,
  input: ValueFacts,
  { width, height }: { readonly width: number; readonly height: number },
  encoding: PixelEncoding
): Uint8Array {
  const { model, graph } = readModel(bytes, path)
  const unused = nameSource(graph)
  const pixels = unused('pixels')
  const batch = input.dims?.[0] ?? 1
  const size = tensor(pictureSize, 'int64', [1, 2], new BigInt64Array([BigInt(width), BigInt(height)]))
  const nodes = preprocessingNodes(pixels, input, encoding, unused)
  const constants = new Set(subMessages(graph, graphField.initializer).map(entry => textOf(entry, tensorField.name)))

  const edited: WireField[] = nodes.map(fields => messageField(graphField.node, fields))
  for (const field of graph) {
    if (field.number === graphField.input) {
      const name = textOf(readMessage(payload(field)), valueInfoField.name)
      if (constants.has(name)) continue
      if (name === pictureSize) {
        edited.push(messageField(graphField.node, constantNode(pictureSize, size)))
        continue
      }
      if (name === input.name) {
        edited.push(messageField(graphField.input, valueInfo(pixels, 'uint8', [batch, height, width, 3])))
        continue
      }
    }
    edited.push(field)
  }
  return withGraph(model, edited)
}

/** The model with another graph. Initializers outside the inputs need IR version 4. */
export function withGraph(model: readonly WireField[], graph: readonly WireField[]): Uint8Array {
  const edited = model
    .filter(field => field.number !== modelField.graph && field.number !== modelField.irVersion)
    .concat(messageField(modelField.graph, graph))
  const irVersion = Math.max(4, integerOf(model, modelField.irVersion) ?? 4)
  return writeMessage([integerField(modelField.irVersion, irVersion), ...edited])
}

function preprocessingNodes(
  pixels: string,
  input: ValueFacts,
  { channels, mean, std }: PixelEncoding,
  unused: (name: string) => string
): WireField[][] {
  const nodes: WireField[][] = []
  let value = pixels
  const add = (opType: string, more: readonly string[], attributes: readonly (readonly WireField[])[]) => {
    const output = unused(opType.toLowerCase())
    nodes.push(node(opType, [value, ...more], [output], attributes))
    value = output
  }
  const constant = (name: string, data: WireField[]) => {
    nodes.push(constantNode(name, data))
    return [name]
  }
  const perChannel = (name: string, values: readonly number[]) => {
    const unique = unused(name)
    return constant(unique, tensor(unique, 'float32', [1, 3, 1, 1], new Float32Array(values)))
  }
  add('Transpose', [], [integersAttribute('perm', [0, 3, 1, 2])])
  if (channels === 'bgr') {
    const name = unused('channels')
    const order = constant(name, tensor(name, 'int64', [3], new BigInt64Array([2n, 1n, 0n])))
    add('Gather', order, [integerAttribute('axis', 1)])
  }
  add('Cast', [], [integerAttribute('to', dataTypes.indexOf('float32'))])
  if (mean.some(number => number !== 0)) add('Sub', perChannel('mean', mean), [])
  if (std.some(number => number !== 1)) add('Div', perChannel('std', std), [])
  // Also where it casts to what it has already: runtimes drop that, and the graph finds its input by name.
  nodes.push(node('Cast', [value], [input.name], [integerAttribute('to', dataTypes.indexOf(input.dataType))]))
  return nodes
}

/** Gives names that no value of the graph has yet. */
function nameSource(graph: readonly WireField[]): (name: string) => string {
  const taken = new Set<string>()
  for (const field of graph) {
    if (field.number === graphField.input) taken.add(textOf(readMessage(payload(field)), valueInfoField.name))
    else if (field.number === graphField.initializer) taken.add(textOf(readMessage(payload(field)), tensorField.name))
    else if (field.number === graphField.node)
      for (const part of readMessage(payload(field))) if (part.number === nodeField.output) taken.add(text(part))
  }
  return name => {
    let unique = `sightline/${name}`
    for (let n = 2; taken.has(unique); n++) unique = `sightline/${name}-${n}`
    taken.add(unique)
    return unique
  }
}
