import { classesByGraph } from './families/family.ts'
import { recogniseFamily } from './families/registry.ts'
import { whyNoFamily } from './families/why-no-family.ts'
import { readModelFile } from './load-model.ts'
import { makeBatchDynamic } from './onnx/dynamic-batch.ts'
import type { ModelFacts } from './onnx/model-facts.ts'
import { unsupportedOperators } from './onnx/operators.ts'
import { prependPreprocessing } from './onnx/preprocessing.ts'

/** What `models info` tells about a file. */
export interface ModelInspection {
  readonly path: string
  readonly sizeBytes: number
  readonly facts: ModelFacts
  /** Files beside the model that hold parts of it. */
  readonly externalData: readonly string[]
  /** The family that its inputs and outputs tell, and what that means. */
  readonly family:
    | {
        readonly name: string
        readonly task: string
        readonly classCount: number | undefined
        /** True where no real weights have been compared with a reference. */
        readonly experimental: boolean
      }
    | undefined
  /** Why no family can use it, if none can. */
  readonly unusable: string | undefined
  /** Operators that nothing here can run. */
  readonly unsupported: readonly string[]
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
  const prepared = input ? prependPreprocessing(bytes, path, facts.inputs[0]!, input, input.encoding) : bytes
  const dynamic = makeBatchDynamic(prepared, path)
  return {
    path,
    sizeBytes: bytes.length,
    facts,
    externalData: external,
    family: family && { name: family.name, task: family.task, classCount, experimental: family.experimental === true },
    unusable: family ? undefined : whyNoFamily(facts),
    unsupported: unsupportedOperators(facts),
    batch: dynamic.dynamic ? 'dynamic' : dynamic.reason
  }
}
