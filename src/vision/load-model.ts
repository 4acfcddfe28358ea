import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import { type Family, fixedShapes, type ModelInput, type OutputShape } from './families/family.ts'
import { findFamily, findFamilyByName } from './families/registry.ts'
import { describeValues } from './families/why-no-family.ts'
import { makeBatchDynamic } from './onnx/dynamic-batch.ts'
import { checkExternalData, externalLocations } from './onnx/external-data.ts'
import { makeOutputsFloat } from './onnx/float-outputs.ts'
import { type ModelFacts, modelFacts } from './onnx/model-facts.ts'
import { hasPictureInput, prependPreprocessing } from './onnx/preprocessing.ts'

/** Of the catalogue's entries as well. Beyond it a frame's pixels alone would take hundreds of megabytes. */
export const mostSidePx = 8192

/** A model ready for sessions: its input takes a scaled frame's bytes as they are. */
export interface PreparedModel {
  readonly path: string
  readonly folder: string
  readonly facts: ModelFacts
  readonly family: Family
  readonly input: ModelInput
  /** The outputs' sizes where the graph fixes them. */
  readonly outputs: readonly OutputShape[] | undefined
  /** The model, its batch dynamic where the graph allows. In shared memory: every session reads the same bytes. */
  readonly bytes: Uint8Array
  /** The same with the batch as it was, for graphs that turn out not to allow it after all. */
  readonly fixedBytes: Uint8Array | undefined
  /** Why the graph takes one frame at a time, where it is known to. */
  readonly fixedBatch: string | undefined
}

/**
 * Reads a model file and nothing it refers to; its external data is checked, so the bytes are safe to hand
 * to a runtime.
 * @throws SightlineError SL_MODEL_NOT_FOUND, SL_MODEL_NOT_ONNX, SL_MODEL_EXTERNAL_DATA
 */
export async function readModelFile(
  path: string
): Promise<{ bytes: Uint8Array; facts: ModelFacts; external: string[] }> {
  const bytes = await readFile(path).catch(cause => {
    throw new SightlineError(
      'SL_MODEL_NOT_FOUND',
      `The model ${path} cannot be read (${cause.code ?? cause.message}).`,
      {
        cause
      }
    )
  })
  const facts = modelFacts(bytes, path)
  const external = externalLocations(bytes, path)
  await checkExternalData(external, path)
  return { bytes, facts, external }
}

/**
 * @param familyName where the graph does not tell, or to overrule it
 * @throws SightlineError SL_MODEL_NOT_FOUND, SL_MODEL_NOT_ONNX, SL_MODEL_EXTERNAL_DATA, SL_MODEL_INPUT_RANK,
 *   SL_MODEL_FAMILY_UNKNOWN
 */
export async function prepareModel(path: string, familyName?: string): Promise<PreparedModel> {
  const { bytes, facts } = await readModelFile(path)
  if (!hasPictureInput(facts))
    throw new SightlineError(
      'SL_MODEL_INPUT_RANK',
      `${path} takes ${describeInputs(facts)}; Sightline feeds one picture as float [N, 3, height, width]. ` +
        'Export the model with such an input.'
    )
  const family = familyName === undefined ? findFamily(facts, path) : findFamilyByName(familyName, path)
  const input = family.input(facts)
  if (Math.max(input.width, input.height) > mostSidePx)
    throw new SightlineError(
      'SL_MODEL_INPUT_RANK',
      `${path} takes pictures of ${input.width}×${input.height}; Sightline feeds ${mostSidePx}×${mostSidePx} at most. Export it for a smaller picture.`
    )
  const cast = makeOutputsFloat(bytes, path, facts.outputs)
  const fixed = prependPreprocessing(cast, path, facts.inputs[0]!, input, input.encoding)
  const dynamic = makeBatchDynamic(fixed, path)
  return {
    path,
    folder: dirname(path),
    facts,
    family,
    input,
    outputs: family.task === 'detect' && family.varies?.(facts) ? undefined : fixedShapes(facts),
    bytes: shared(dynamic.bytes),
    fixedBytes: dynamic.dynamic ? shared(fixed) : undefined,
    fixedBatch: dynamic.dynamic ? undefined : dynamic.reason
  }
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}

function describeInputs({ inputs }: ModelFacts): string {
  return inputs.length === 0
    ? 'no input'
    : `${inputs.map(input => input.dataType).join(', ')} ${describeValues(inputs)}`
}
