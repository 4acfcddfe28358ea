import { type CatalogueEntry, isPermissive, type modelJobs } from '../vision/catalogue.ts'
import type { Family } from '../vision/families/family.ts'
import { families } from '../vision/families/registry.ts'
import type { ModelStore } from '../vision/model-store.ts'
import { bytesText } from './progress.ts'
import { table } from './table.ts'

/** A model as `models list --json` gives it: its catalogue entry, and how it stands here. */
export type ListedModel = CatalogueEntry & {
  /** The file on this machine, its checksum not looked at; null when it is not there. */
  readonly path: string | null
  readonly flags: readonly ModelFlag[]
}

/** What people ask for most. */
export type ModelJob = (typeof modelJobs)[number]

/**
 * What to know before using a model: `default` for its task, weights under `non-commercial` terms, a `copyleft` licence
 * (one that is neither is permissive), a checksum that is not known yet (`unverified`), a file that was never run here
 * (`untried`), a family whose results have not been compared with a reference (`experimental`).
 */
export type ModelFlag =
  | 'default'
  | 'non-commercial'
  | 'copyleft'
  | 'check-licence'
  | 'unverified'
  | 'untried'
  | 'experimental'

export function modelFlags(entry: CatalogueEntry): ModelFlag[] {
  const flags: ModelFlag[] = []
  if (entry.default) flags.push('default')
  if (entry.commercial === false) flags.push('non-commercial')
  if (/GPL/.test(entry.licence)) flags.push('copyleft')
  else if (entry.commercial !== false && !isPermissive(entry)) flags.push('check-licence')
  if (entry.unverified) flags.push('unverified')
  if (entry.tried === false) flags.push('untried')
  if (families.find(({ name }) => name === entry.family)?.experimental) flags.push('experimental')
  return flags
}

/** `job`: of the models that are good for it alone. */
export async function listModels(store: ModelStore, job?: ModelJob): Promise<ListedModel[]> {
  const present = await store.present()
  const entries = [...store.catalogue.values()].filter(entry => !job || entry.jobs?.includes(job))
  return entries.map(entry => ({
    ...entry,
    path: present.get(entry.name) ?? null,
    flags: modelFlags(entry)
  }))
}

/** The list for people: a table, under it what the licences' notes say, and which families there are. */
export function listingText(models: readonly ListedModel[]): string {
  const rows = models.map(model => [
    model.name,
    model.task,
    model.speed ?? '?',
    model.licence,
    model.bytes === undefined ? '?' : bytesText(model.bytes),
    model.path === null ? 'no' : 'yes',
    model.flags.join(', ')
  ])
  const notes = models.filter(model => model.notes !== undefined).map(model => `${model.name}: ${model.notes}\n`)
  const text = table([['NAME', 'TASK', 'SPEED', 'LICENCE', 'SIZE', 'PRESENT', 'FLAGS'], ...rows])
  return `${text}\n${notes.join('')}${notes.length > 0 ? '\n' : ''}${familiesText()}`
}

/** Which families of models there are, whoever's: any file of one of them can be used by its path. */
function familiesText(): string {
  const named = (chosen: readonly Family[]) => chosen.map(({ name }) => name).join(', ')
  const [proven, experimental] = [
    families.filter(each => !each.experimental),
    families.filter(each => each.experimental)
  ]
  return (
    `Any .onnx file of these families can be named by its path.\nproven by a reference: ${named(proven)}\n` +
    `experimental, by their authors' export code: ${named(experimental)}\n`
  )
}
