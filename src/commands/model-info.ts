import type { CatalogueEntry } from '../vision/catalogue.ts'
import { describeValues } from '../vision/families/why-no-family.ts'
import { inspectModel, type ModelInspection } from '../vision/inspect-model.ts'
import type { ResolvedModel } from '../vision/model-store.ts'
import { sha256OfFile } from '../vision/sha256.ts'
import { bytesText } from './progress.ts'
import { table } from './table.ts'

/** What `models info` tells of a file, without running it. */
export interface ModelInfo extends ModelInspection {
  readonly sha256: string
  /** The catalogue's entry of these very bytes, whatever the file is called; null for other models. */
  readonly catalogue: CatalogueEntry | null
}

/** Throws SL_MODEL_NOT_FOUND, SL_MODEL_NOT_ONNX, SL_MODEL_EXTERNAL_DATA. */
export async function modelInfo({ path, entry }: ResolvedModel): Promise<ModelInfo> {
  return { ...(await inspectModel(path)), sha256: await sha256OfFile(path), catalogue: entry ?? null }
}

export function infoText(info: ModelInfo): string {
  const { path, sizeBytes, sha256, catalogue, facts, externalData, batch } = info
  const operators = Object.entries(facts.operators).sort(([, a], [, b]) => b - a)
  const opsets = Object.entries(facts.opsets).map(([domain, version]) => `${domain || 'ai.onnx'} ${version}`)
  return table([
    ['file', path],
    ['size', bytesText(sizeBytes)],
    ['sha256', sha256],
    ['catalogue', catalogue ? `${catalogue.name} (${catalogue.licence}): ${catalogue.title}` : 'not in it'],
    ...(catalogue ? catalogueRows(catalogue) : []),
    ['family', familyText(info)],
    ['batch', batch === 'dynamic' ? 'several frames at once' : `one frame at a time: ${batch}`],
    ['inputs', describeValues(facts.inputs)],
    ['outputs', describeValues(facts.outputs)],
    ['parameters', `${(facts.parameters / 1e6).toFixed(2)} million`],
    ...(info.unsupported.length > 0 ? [['cannot be run', info.unsupported.join(', ')]] : []),
    ['operators', operators.map(([name, count]) => `${name} ${count}`).join(', ')],
    ['format', `IR ${facts.irVersion}, operators ${opsets.join(', ')}`],
    ['exporter', facts.producer || 'not told'],
    ...(externalData.length > 0 ? [['weights in', externalData.join(', ')]] : [])
  ])
}

function catalogueRows({ jobs, speed, url, notes }: CatalogueEntry): string[][] {
  return [
    ...(jobs ? [['good for', jobs.join(', ')]] : []),
    ...(speed ? [['speed', speed]] : []),
    ...(url ? [['source', url]] : []),
    ...(notes ? [['to know', notes]] : [])
  ]
}

function familyText({ family, unusable }: ModelInfo): string {
  if (!family) return `none: ${unusable}`
  const classes =
    family.classCount === undefined ? '' : `, ${family.classCount} ${family.classCount === 1 ? 'class' : 'classes'}`
  const state = family.experimental ? ', experimental: not compared with a reference yet' : ''
  return `${family.name} (${family.task}${classes}${state})`
}
