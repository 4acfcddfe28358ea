import { Command, Option } from 'commander'
import { SightlineError } from '../core/errors.ts'
import { isClassifier } from '../roles/picture-trial/look-at-picture.ts'
import { modelJobs } from '../vision/catalogue.ts'
import type { ModelStore, Verification } from '../vision/model-store.ts'
import { providers } from '../vision/providers.ts'
import { benchCommand } from './bench-models.ts'
import { Interrupt } from './interrupt.ts'
import { infoText, modelInfo } from './model-info.ts'
import { listingText, listModels, type ModelJob } from './model-listing.ts'
import { openModelStore } from './open-model-store.ts'
import { parseNumber } from './parse-regions.ts'
import { bytes, Progress } from './progress.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'
import { classifyText, tryClassifier } from './try-classifier.ts'
import { type TryOptions, type TryResult, tryModel } from './try-model.ts'

interface OutputOptions {
  readonly json?: boolean
}

/** `sightline models`: what the catalogue has, and what of it is on this machine. Actions throw SightlineError. */
export function modelsCommand(
  terminal: Terminal = process,
  openStore: () => Promise<ModelStore> = () => openModelStore()
): Command {
  const models = new Command('models').description('list, download, check and measure models')
  const json = ['--json', 'nothing but JSON on standard output'] as const

  models
    .command('list')
    .description('the models of the catalogue, their licences, and which of them are here')
    .addOption(new Option('--for <job>', 'only those that are good for it').choices(modelJobs))
    .option(...json)
    .action(async (options: OutputOptions & { readonly for?: ModelJob }) => {
      const listed = await listModels(await openStore(), options.for)
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

  models
    .command('info')
    .description('what an .onnx file says about itself, without running it')
    .argument('<model>', 'an .onnx file, or a name in the catalogue')
    .option(...json)
    .action(async (model: string, options: OutputOptions) => {
      const info = await modelInfo(await resolveShowing(await openStore(), model, options, terminal))
      terminal.stdout.write(options.json ? jsonText(info) : infoText(info))
    })

  models
    .command('try')
    .description('run a detector on a picture and draw what it finds, or a classifier and tell what it takes it for')
    .argument('<model>', 'an .onnx file, or a name in the catalogue')
    .argument('<picture>', 'a JPEG, PNG or other picture')
    .option('-o, --out <file>', 'where to draw it: .jpg, .png or .webp (default: beside the picture)')
    .option('--min-score <score>', "leave out boxes below it, 0 to 1 (default: the model family's own)", score)
    .addOption(
      new Option('--provider <name>', 'what runs the model').choices(['auto', ...providers] as const).default('auto')
    )
    .option(...json)
    .action(async (model: string, picture: string, options: TryOptions & OutputOptions) => {
      const resolved = await resolveShowing(await openStore(), model, options, terminal)
      if (await isClassifier(resolved)) {
        const result = await tryClassifier(resolved, picture, options)
        terminal.stdout.write(options.json ? jsonText(result) : classifyText(result))
        return
      }
      const result = await tryModel(resolved, picture, options)
      terminal.stdout.write(options.json ? jsonText(result) : tryText(result))
    })

  models.addCommand(benchCommand(terminal, openStore))
  return models
}

async function pull(store: ModelStore, name: string, options: OutputOptions, terminal: Terminal): Promise<void> {
  const entry = store.entry(name)
  const { path, origin } = await resolveShowing(store, name, options, terminal)
  const result = { name, path, origin, licence: entry.licence, commercial: entry.commercial !== false }
  const text = origin === 'found' ? `${name} is already here: ${path}\n` : `${name} is now here: ${path}\n`
  terminal.stdout.write(options.json ? jsonText(result) : text)
}

/** Resolves a model while a bar shows its download, which Ctrl-C cancels. */
async function resolveShowing(store: ModelStore, model: string, { json }: OutputOptions, terminal: Terminal) {
  using interrupt = new Interrupt()
  using progress = new Progress({ label: model, unit: bytes, stream: terminal.stderr, silent: json })
  return await store.resolve(model, {
    signal: interrupt.signal,
    onProgress: ({ doneBytes, totalBytes }) => progress.update(doneBytes, totalBytes)
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

function tryText({ model, provider, width, height, milliseconds, detections, invalidBoxes, out }: TryResult): string {
  const rows = detections.map(({ label, score, box }) => [
    label,
    score.toFixed(2),
    ...[box.x * width, box.y * height, box.w * width, box.h * height].map(pixels => pixels.toFixed(0))
  ])
  const found = rows.length === 0 ? 'Nothing was found.\n' : table([['LABEL', 'SCORE', 'X', 'Y', 'W', 'H'], ...rows])
  const invalid =
    invalidBoxes > 0 ? `${invalidBoxes} boxes were dropped: the model gave NaN or infinite numbers.\n` : ''
  return `${found}\n${invalid}${model} on ${provider}: ${width}×${height} pixels in ${milliseconds.toFixed(1)} ms. Drawn into ${out}\n`
}

function score(text: string): number {
  return parseNumber('--min-score', text, 0, 1)
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
