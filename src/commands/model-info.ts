import { stat } from 'node:fs/promises'
import type { CatalogueEntry } from '../vision/catalogue.ts'
import { describeValues, recogniseFamily } from '../vision/families/registry.ts'
import { readModelFile } from '../vision/load-model.ts'
import type { ResolvedModel } from '../vision/model-store.ts'
import type { ModelFacts } from '../vision/onnx/model-facts.ts'
import { sha256OfFile } from '../vision/sha256.ts'
import { bytesText } from './progress.ts'
import { table } from './table.ts'

/** What `models info` tells of a file, without running it. */
export interface ModelInfo {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** The catalogue's entry of these very bytes, whatever the file is called; null for other models. */
  readonly catalogue: CatalogueEntry | null
  /** What the graph's inputs and outputs tell; null where they tell no family. */
  readonly family: string | null
  readonly task: 'detect' | 'embed' | null
  /** The pixels that the family feeds it, null without a family. */
  readonly input: { readonly width: number; readonly height: number } | null
  readonly graph: ModelFacts
  /** Files beside it that hold its weights. */
  readonly externalData: readonly string[]
}

/** Reads what a model file says about itself. Throws SL_MODEL_NOT_FOUND, SL_MODEL_NOT_ONNX, SL_MODEL_EXTERNAL_DATA. */
export async function modelInfo({ path, entry }: ResolvedModel): Promise<ModelInfo> {
  const { facts, external } = await readModelFile(path)
  const family = recogniseFamily(facts)
  const input = family?.input(facts)
  return {
    path,
    bytes: (await stat(path)).size,
    sha256: await sha256OfFile(path),
    catalogue: entry ?? null,
    family: family?.name ?? null,
    task: family?.task ?? null,
    input: input ? { width: input.width, height: input.height } : null,
    graph: facts,
    externalData: external
  }
}

export function infoText({
  path,
  bytes,
  sha256,
  catalogue,
  family,
  task,
  input,
  graph,
  externalData
}: ModelInfo): string {
  const operators = Object.entries(graph.operators).sort(([, a], [, b]) => b - a)
  const opsets = Object.entries(graph.opsets).map(([domain, version]) => `${domain || 'ai.onnx'} ${version}`)
  return table([
    ['file', path],
    ['size', bytesText(bytes)],
    ['sha256', sha256],
    ['catalogue', catalogue ? `${catalogue.name} (${catalogue.licence}): ${catalogue.title}` : 'not in it'],
    [
      'family',
      family ? `${family} (${task}), fed with ${input?.width}×${input?.height} pixels` : 'none that Sightline knows'
    ],
    ['inputs', describeValues(graph.inputs)],
    ['outputs', describeValues(graph.outputs)],
    ['parameters', `${(graph.parameters / 1e6).toFixed(2)} million`],
    ['operators', operators.map(([name, count]) => `${name} ${count}`).join(', ')],
    ['format', `IR ${graph.irVersion}, operators ${opsets.join(', ')}`],
    ['exporter', graph.producer || 'not told'],
    ...(externalData.length > 0 ? [['weights in', externalData.join(', ')]] : [])
  ])
}
