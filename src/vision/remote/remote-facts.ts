import { SightlineError } from '../../core/errors.ts'
import type { DetectionFamily, Family } from '../families/family.ts'
import { findFamilyByName, recogniseFamily } from '../families/registry.ts'
import { describeValues } from '../families/why-no-family.ts'
import type { ModelFacts, OutputFacts, ValueFacts } from '../onnx/model-facts.ts'
import { hasPictureInput } from '../onnx/preprocessing.ts'
import { type DataType, dataTypes } from '../onnx/schema.ts'
import { nameOf, type RemoteMetadata, type RemotePlace, remoteFault, type TensorSpec } from './kserve-client.ts'
import { bytesOfType } from './tensor-types.ts'

/** A local file that may be the model that the server has. */
export interface LocalTwin {
  readonly facts: ModelFacts
  readonly family: Family
}

/** What a server's model is taken for. */
export interface RemoteKind {
  readonly facts: ModelFacts
  readonly family: DetectionFamily
  readonly input: TensorSpec
  /** In the order of the facts. */
  readonly outputs: readonly TensorSpec[]
  /** Its inputs and outputs are those of the local file. */
  readonly isTwin: boolean
}

/**
 * A server tells what goes in and comes out, and nothing of the graph between: that alone does not tell families apart for certain. So
 * the family is stated, or it is that of a local file with the same inputs and outputs.
 * @throws SightlineError SL_MODEL_INPUT_RANK, SL_MODEL_FAMILY_UNKNOWN; SL_REMOTE_INVALID for metadata that make no sense
 */
export function kindOf(
  metadata: RemoteMetadata,
  place: RemotePlace,
  stated: string | undefined,
  twin: LocalTwin | undefined
): RemoteKind {
  const [input, ...others] = metadata.inputs
  const plain = factsOf(metadata)
  if (!input || others.length > 0 || !hasPictureInput(plain))
    throw new SightlineError(
      'SL_MODEL_INPUT_RANK',
      `The model ${nameOf(place)} takes ${describeValues(plain.inputs) || 'nothing'}; Sightline sends one picture as FP32 or FP16 [N, 3, height, width].`
    )
  const unread = metadata.outputs.find(({ datatype }) => bytesOfType(datatype) === undefined)
  if (unread || metadata.outputs.length === 0)
    throw remoteFault(
      'SL_REMOTE_INVALID',
      place,
      unread ? `gives '${unread.name}' as ${unread.datatype}, which are no numbers` : 'gives nothing'
    )
  const isTwin = twin !== undefined && areAlike(twin.facts, plain)
  // What the server leaves open of its input, the file may tell.
  const isOpen = plain.inputs[0]!.dims!.slice(1).some(size => typeof size !== 'number')
  const facts = isTwin ? { ...twin.facts, inputs: isOpen ? twin.facts.inputs : plain.inputs } : plain
  const name = nameOf(place)
  const family =
    stated === undefined ? (isTwin ? twin.family : refuse(plain, name)) : findFamilyByName(stated, `the model ${name}`)
  if (family.task !== 'detect')
    throw new SightlineError(
      'SL_MODEL_FAMILY_UNKNOWN',
      `Family '${family.name}', of the model ${name}, finds no boxes: state another.`
    )
  const outputs = facts.outputs.map(output => metadata.outputs.find(spec => spec.name === output.name)!)
  return { facts, family, input, outputs, isTwin }
}

function refuse(facts: ModelFacts, name: string): never {
  const likely = recogniseFamily(facts)?.name
  throw new SightlineError(
    'SL_MODEL_FAMILY_UNKNOWN',
    `What the model ${name} is of is for you to state by \`family\`, as its server tells only what goes in and comes out. ` +
      (likely ? `By that it may be '${likely}'.` : `That is ${describeValues(facts.outputs)}, which tells no family.`)
  )
}

function factsOf({ inputs, outputs }: RemoteMetadata): ModelFacts {
  return {
    irVersion: 0,
    opsets: {},
    producer: '',
    inputs: inputs.map(valueFacts),
    outputs: outputs.map(output => ({ ...valueFacts(output), parts: [] })),
    operators: {},
    functions: [],
    metadata: {},
    parameters: 0
  }
}

function valueFacts({ name, datatype, shape }: TensorSpec): ValueFacts {
  const wanted = datatype.toLowerCase().replace(/^fp/, 'float')
  const dataType: DataType = dataTypes.find(type => type === wanted) ?? 'undefined'
  return { name, dataType, dims: shape.map(size => (size < 0 ? '?' : size)) }
}

/** The same names, and no size that differs where both tell one: the batch is the server's own affair. */
function areAlike(file: ModelFacts, server: ModelFacts): boolean {
  const pairs: (readonly [ValueFacts | OutputFacts, ValueFacts | undefined])[] = [
    [file.inputs[0]!, server.inputs[0]],
    ...file.outputs.map(output => [output, server.outputs.find(({ name }) => name === output.name)] as const)
  ]
  return (
    file.inputs.length === 1 &&
    file.outputs.length === server.outputs.length &&
    pairs.every(([mine, theirs]) => theirs !== undefined && haveSameSizes(mine, theirs))
  )
}

function haveSameSizes({ dims: a }: ValueFacts, { dims: b }: ValueFacts): boolean {
  if (!a || a.length !== b?.length) return false
  return a.slice(1).every((size, at) => {
    const other = b[at + 1]
    return typeof size !== 'number' || typeof other !== 'number' || size === other
  })
}
