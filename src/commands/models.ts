import { Command } from 'commander'
import { SightlineError } from '../core/errors.ts'
import type { CatalogueEntry } from '../vision/catalogue.ts'
import type { ModelStore, Verification } from '../vision/model-store.ts'
import { Interrupt } from './interrupt.ts'
import { listingText, listModels } from './model-listing.ts'
import { openModelStore } from './open-model-store.ts'
import { bytes, Progress } from './progress.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

interface OutputOptions {
  readonly json?: boolean
}

/** `sightline models`: what the catalogue has, and what of it is on this machine. Actions throw SightlineError. */
export function modelsCommand(
  terminal: Terminal = process,
  openStore: () => Promise<ModelStore> = () => openModelStore()
): Command {
  const models = new Command('models').description('list, download and check models')
  const json = ['--json', 'nothing but JSON on standard output'] as const

  models
    .command('list')
    .description('the models of the catalogue, their licences, and which of them are here')
    .option(...json)
    .action(async (options: OutputOptions) => {
      const listed = await listModels(await openStore())
      terminal.stdout.write(options.json ? jsonText(listed) : listingText(listed))
    })

  models
    .command('pull')
    .description('download a model into the cache, unless the search path has it')
    .argument('<name>', 'a name in the catalogue')
    .option(...json)
    .action(async (name: string, options: OutputOptions) => pull(await openStore(), name, options, terminal))

  models
    .command('verify')
    .description('compare the files that are here with their checksums')
    .argument('[names...]', 'names in the catalogue; all when left out')
    .option(...json)
    .action(async (names: string[], options: OutputOptions) => verify(await openStore(), names, options, terminal))

  return models
}

async function pull(store: ModelStore, name: string, options: OutputOptions, terminal: Terminal): Promise<void> {
  const entry = store.entry(name)
  const { path, origin } = await resolveShowing(store, entry, options, terminal)
  const result = { name, path, origin, licence: entry.licence, commercial: entry.commercial !== false }
  const text = origin === 'found' ? `${name} is already here: ${path}\n` : `${name} is now here: ${path}\n`
  terminal.stdout.write(options.json ? jsonText(result) : text)
}

async function resolveShowing(store: ModelStore, entry: CatalogueEntry, { json }: OutputOptions, terminal: Terminal) {
  using interrupt = new Interrupt()
  using progress = new Progress({ label: entry.name, unit: bytes, stream: terminal.stderr, silent: json })
  return await store.resolve(entry.name, {
    signal: interrupt.signal,
    onProgress: ({ doneBytes, totalBytes }) => progress.update(doneBytes, totalBytes ?? entry.bytes)
  })
}

async function verify(store: ModelStore, names: string[], options: OutputOptions, terminal: Terminal): Promise<void> {
  const entries = names.length > 0 ? names.map(name => store.entry(name)) : [...store.catalogue.values()]
  const results: (Verification & { name: string })[] = []
  for (const entry of entries) results.push({ name: entry.name, ...(await store.verify(entry)) })
  const rows = results.map(({ name, state, path }) => [name, state, path ?? ''])
  terminal.stdout.write(options.json ? jsonText(results) : table([['NAME', 'STATE', 'FILE'], ...rows]))

  const wrong = results.filter(({ state }) => state === 'mismatch')
  if (wrong.length > 0) {
    const files = wrong.map(
      ({ path, actual, expected }) => `${path} has the SHA-256 ${actual}, expected is ${expected}.`
    )
    throw new SightlineError('SL_MODEL_CHECKSUM', `${files.join(' ')} Remove such a file and pull its model again.`)
  }
  const absent = results.filter(({ state }) => state === 'absent').map(({ name }) => name)
  if (names.length > 0 && absent.length > 0) {
    throw new SightlineError(
      'SL_MODEL_NOT_FOUND',
      `${absent.join(', ')} cannot be verified: not in ${store.searchPath.join(', ')}. \`sightline models pull NAME\` downloads a model.`
    )
  }
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
