import { SightlineError } from '../../core/errors.ts'
import {
  type DataType,
  type Dimension,
  dataTypes,
  dimField,
  entryField,
  functionField,
  graphField,
  modelField,
  nodeField,
  opsetField,
  shapeField,
  tensorField,
  tensorTypeField,
  typeField,
  valueInfoField
} from './schema.ts'
import {
  integerOf,
  integers,
  payload,
  readMessage,
  subMessage,
  subMessages,
  text,
  textOf,
  type WireField
} from './wire.ts'

/** An input or output of a graph. `dims` is undefined where the graph does not tell the rank. */
export interface ValueFacts {
  readonly name: string
  readonly dataType: DataType
  readonly dims: readonly Dimension[] | undefined
}

export interface OutputFacts extends ValueFacts {
  /** The operators that give its parts, in order, where the graph joins it of several as its last step. */
  readonly parts: readonly string[]
}

/** What an .onnx file says about itself, read without loading it into a runtime. */
export interface ModelFacts {
  readonly irVersion: number
  /** Version by operator domain; the standard domain is ''. */
  readonly opsets: Readonly<Record<string, number>>
  /** Name and version of the exporter. */
  readonly producer: string
  /** Those that a caller has to feed: initializers that old exporters list among the inputs are left out. */
  readonly inputs: readonly ValueFacts[]
  readonly outputs: readonly OutputFacts[]
  /** How many nodes there are of each operator; those of a domain of their own as `domain::Operator`. */
  readonly operators: Readonly<Record<string, number>>
  /** Operators that the model defines itself, as `domain::Operator`. */
  readonly functions: readonly string[]
  /** What the exporter noted, by key. */
  readonly metadata: Readonly<Record<string, string>>
  /** Trained numbers in the graph's own initializers. */
  readonly parameters: number
}

/**
 * The fields of a model and of its graph. `path` is for the message only.
 * @throws SightlineError SL_MODEL_NOT_ONNX
 */
export function readModel(bytes: Uint8Array, path: string): { model: WireField[]; graph: WireField[] } {
  try {
    const model = readMessage(bytes)
    const graph = subMessage(model, modelField.graph)
    if (graph && integerOf(model, modelField.irVersion) !== undefined) return { model, graph }
  } catch (cause) {
    throw notOnnx(bytes, path, cause)
  }
  throw notOnnx(bytes, path)
}

/** @throws SightlineError SL_MODEL_NOT_ONNX */
export function modelFacts(bytes: Uint8Array, path: string): ModelFacts {
  const { model, graph } = readModel(bytes, path)
  try {
    const initializers = subMessages(graph, graphField.initializer)
    const constants = new Set(initializers.map(initializer => textOf(initializer, tensorField.name)))
    return {
      irVersion: integerOf(model, modelField.irVersion) ?? 0,
      opsets: Object.fromEntries(
        subMessages(model, modelField.opsetImport).map(opset => [
          textOf(opset, opsetField.domain),
          integerOf(opset, opsetField.version) ?? 0
        ])
      ),
      producer: `${textOf(model, modelField.producerName)} ${textOf(model, modelField.producerVersion)}`.trim(),
      inputs: subMessages(graph, graphField.input)
        .map(valueFacts)
        .filter(input => !constants.has(input.name)),
      outputs: outputFacts(graph),
      operators: countOperators(graph),
      functions: subMessages(model, modelField.functions).map(
        defined => `${textOf(defined, functionField.domain)}::${textOf(defined, functionField.name)}`
      ),
      metadata: Object.fromEntries(
        subMessages(model, modelField.metadata).map(entry => [
          textOf(entry, entryField.key),
          textOf(entry, entryField.value)
        ])
      ),
      parameters: initializers.reduce((sum, initializer) => sum + elements(initializer), 0)
    }
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    throw notOnnx(bytes, path, cause)
  }
}

function valueFacts(value: readonly WireField[]): ValueFacts {
  const type = subMessage(value, valueInfoField.type) ?? []
  const tensorType = subMessage(type, typeField.tensor) ?? []
  const shape = subMessage(tensorType, tensorTypeField.shape)
  return {
    name: textOf(value, valueInfoField.name),
    dataType: dataTypes[integerOf(tensorType, tensorTypeField.elementType) ?? 0] ?? 'undefined',
    dims: shape && subMessages(shape, shapeField.dim).map(dimension)
  }
}

function outputFacts(graph: readonly WireField[]): OutputFacts[] {
  const nodes = new Map<string, WireField[]>()
  for (const field of graph) {
    if (field.number !== graphField.node) continue
    const node = readMessage(payload(field))
    for (const part of node) if (part.number === nodeField.output) nodes.set(text(part), node)
  }
  const operator = (name: string) => textOf(nodes.get(name) ?? [], nodeField.opType)
  return subMessages(graph, graphField.output).map(value => {
    const facts = valueFacts(value)
    const inputs = (nodes.get(facts.name) ?? []).filter(({ number }) => number === nodeField.input)
    return { ...facts, parts: operator(facts.name) === 'Concat' ? inputs.map(input => operator(text(input))) : [] }
  })
}

function dimension(dim: readonly WireField[]): Dimension {
  return integerOf(dim, dimField.value) ?? (textOf(dim, dimField.parameter) || '?')
}

function countOperators(graph: readonly WireField[]): Record<string, number> {
  const counts: Record<string, number> = Object.create(null)
  for (const field of graph) {
    if (field.number !== graphField.node) continue
    let operator = ''
    let domain = ''
    for (const part of readMessage(payload(field))) {
      if (part.number === nodeField.opType) operator = text(part)
      else if (part.number === nodeField.domain) domain = text(part)
    }
    const name = domain === '' || domain === 'ai.onnx' ? operator : `${domain}::${operator}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

function elements(initializer: readonly WireField[]): number {
  return integers(initializer, tensorField.dims).reduce((product, dim) => product * Number(dim), 1)
}

function notOnnx(bytes: Uint8Array, path: string, cause?: unknown): SightlineError {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 40))
  const why =
    bytes.length === 0
      ? 'it is empty'
      : head.startsWith('version https://git-lfs')
        ? 'it is a Git LFS pointer, not the file it points to'
        : 'it holds no ONNX graph, or only the beginning of one'
  return new SightlineError(
    'SL_MODEL_NOT_ONNX',
    `${path} is not an ONNX model: ${why}. Give the path of a complete .onnx file.`,
    { cause }
  )
}
