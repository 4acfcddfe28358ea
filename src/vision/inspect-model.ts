import { classesByGraph } from './families/family.ts'
import { describeValues, recogniseFamily } from './families/registry.ts'
import { readModelFile } from './load-model.ts'
import { makeBatchDynamic } from './onnx/dynamic-batch.ts'
import type { ModelFacts } from './onnx/model-facts.ts'
import { hasPictureInput, prependPreprocessing } from './onnx/preprocessing.ts'

/** What `models info` tells about a file. */
export interface ModelInspection {
  readonly path: string
  readonly sizeBytes: number
  readonly facts: ModelFacts
  /** Files beside the model that hold parts of it. */
  readonly externalData: readonly string[]
  /** The family that its inputs and outputs tell, and what that means. */
  readonly family: { readonly name: string; readonly task: string; readonly classCount: number | undefined } | undefined
  /** Why no family can use it, if none can. */
  readonly unusable: string | undefined
  /** Whether several frames can go through it at once, or why not. */
  readonly batch: 'dynamic' | string
}

/**
 * Looks into a model file without running it.
 * @throws SightlineError SL_MODEL_NOT_FOUND, SL_MODEL_NOT_ONNX, SL_MODEL_EXTERNAL_DATA
 */
export async function inspectModel(path: string): Promise<ModelInspection> {
  const { bytes, facts, external } = await readModelFile(path)
  const family = recogniseFamily(facts)
  const input = family?.input(facts)
  const classCount = family?.task === 'detect' ? classesByGraph(family, facts) : undefined
  const unusable = hasPictureInput(facts)
    ? `no known family gives ${describeValues(facts.outputs)}`
    : `its input is not one picture, float [N, 3, height, width], but ${describeValues(facts.inputs)}`
  const prepared = input ? prependPreprocessing(bytes, path, facts.inputs[0]!, input, input.encoding) : bytes
  const dynamic = makeBatchDynamic(prepared, path)
  return {
    path,
    sizeBytes: bytes.length,
    facts,
    externalData: external,
    family: family && { name: family.name, task: family.task, classCount },
    unusable: family ? undefined : unusable,
    batch: dynamic.dynamic ? 'dynamic' : dynamic.reason
  }
}
