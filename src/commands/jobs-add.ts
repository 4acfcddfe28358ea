import { statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { AnalysisSettings } from '../config/analysis-settings.ts'
import { loadSettings } from '../config/load-settings.ts'
import type { ModelChoice } from '../config/model-choice.ts'
import { SightlineError } from '../core/errors.ts'
import { EpochLedger } from '../events/epoch-ledger.ts'
import { type AnalysisJobOptions, JobFlags } from '../roles/job-worker-task.ts'
import { type JobRequest, Jobs } from '../store/jobs.ts'
import { planAnalysis, withSharedOptions } from './analysis-options.ts'
import { dataPlace } from './data-place.ts'
import { unreadable } from './input-file.ts'
import { openStore } from './jobs-store.ts'
import { parseNumber } from './parse-regions.ts'
import { streamNameOf } from './stream-name.ts'
import type { Terminal } from './terminal.ts'

interface AddFlags extends JobFlags {
  readonly data?: string
  readonly config?: string
  readonly priority?: string
  readonly attempts?: string
  readonly stream?: string
  readonly key?: string
  readonly json?: boolean
}

const highestPriority = 1000

/** `sightline jobs add`: recordings to be analysed when their turn comes. */
export function addJobsCommand(command: Command, terminal: Terminal, environment: NodeJS.ProcessEnv): void {
  const add = command
    .command('add')
    .description('queue recordings for analysis')
    .argument('<files...>', 'video files, or folders of pictures; they are read when their turn comes')
    .option('--data <dir>', 'data folder (default: $SIGHTLINE_DATA or ./data)')
    .option('--priority <n>', 'higher is done first, -1000 to 1000', '0')
    .option('--attempts <n>', 'times that it is tried when it fails in a way that may pass', '3')
    .option('--stream <name>', 'keep the results with this stream, as its next epoch (default: a stream of its own)')
    .option('--key <text>', 'the same file with the same key is one job, however often it is added')
  withSharedOptions(add)
    .option('--config <file>', 'settings file (default: $SIGHTLINE_CONFIG or ./sightline.yaml)')
    .option('--json', 'nothing but the jobs as JSON on standard output')
    .action((files: string[], flags: AddFlags) => addJobs(files, flags, terminal, environment))
}

async function addJobs(files: string[], flags: AddFlags, { stdout }: Terminal, environment: NodeJS.ProcessEnv) {
  const place = flags.config ?? environment.SIGHTLINE_CONFIG
  const { analysis = {} } = await loadSettings(place ?? './sightline.yaml', place !== undefined, environment)
  if (flags.key !== undefined && files.length > 1)
    throw new SightlineError('SL_OPTION_CONFLICT', '--key is for one file: add the files one by one.')
  // All of them are looked at before any is added.
  const requests = files.map(file => requestFor(file, flags, analysis))
  await using store = await openStore(flags, environment)
  const jobs = new Jobs(store)
  const { folder } = await dataPlace(flags, environment)
  const added = []
  for (const request of requests) added.push(await addJob(jobs, request, folder.epochs))
  if (flags.json) stdout.write(`${JSON.stringify(added.map(({ job }) => job))}\n`)
  else
    for (const { job, isNew } of added) stdout.write(`${job.id}  ${job.input}${isNew ? '' : ' (was added before)'}\n`)
}

/** A camera's epochs are in the ledger before they are in the store: a job's is none of them, and they never become it. */
async function addJob(jobs: Jobs, request: JobRequest, ledgerPath: string) {
  if (request.ownStream) return await jobs.add(request)
  const { stream } = request
  using ledger = new EpochLedger(ledgerPath)
  const firstEpoch = ledger.next(stream, (await jobs.highestEpoch(stream)) + 1)
  const added = await jobs.add({ ...request, firstEpoch })
  if (added.job.epoch > firstEpoch) ledger.next(stream, added.job.epoch)
  return added
}

/** @throws SL_OPTION_…, SL_INPUT_NOT_FOUND, SL_INPUT_UNREADABLE, SL_INPUT_REFUSED */
function requestFor(file: string, flags: AddFlags, settings: AnalysisSettings): JobRequest {
  if (file === '-' || /^[a-z][a-z0-9+.-]+:/i.test(file))
    throw new SightlineError(
      'SL_INPUT_REFUSED',
      `${file} cannot be read later by a job: give a file or a folder of pictures, or analyse it now with \`sightline analyze\`.`
    )
  const input = resolve(file)
  const priority = parseNumber('--priority', flags.priority ?? '0', -highestPriority, highestPriority)
  const maxAttempts = parseNumber('--attempts', flags.attempts ?? '3', 1, 100)
  const modifiedMs = Math.round(modified(file))
  const shared = sharedFlags(flags)
  const options: AnalysisJobOptions = { title: basename(input), flags: shared, settings: placed(settings), modifiedMs }
  planAnalysis(input, { ...shared, out: 'out' }, options.settings)
  return {
    kind: 'analysis',
    input,
    options,
    stream: streamNameOf(flags.stream ?? input),
    ownStream: flags.stream === undefined,
    priority: Math.round(priority),
    maxAttempts: Math.round(maxAttempts),
    key: flags.key
  }
}

function modified(file: string): number {
  try {
    return statSync(file).mtimeMs
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** What of the command line goes along with the job. */
function sharedFlags(flags: AddFlags): JobFlags {
  const names = Object.keys(JobFlags.properties) as (keyof JobFlags)[]
  const given = names.filter(name => flags[name] !== undefined).map(name => [name, flags[name]])
  return placed(Object.fromEntries(given))
}

/** Models' files are meant from here, and the worker works elsewhere. */
function placed<
  Options extends {
    readonly model?: string | string[] | undefined
    readonly models?: readonly ModelChoice[] | undefined
  }
>(options: Options): Options {
  const place = (model: string) => (/\.(?:onnx|[cm]?[jt]s)(?:[=@]|$)/i.test(model) ? resolve(model) : model)
  const { model, models } = options
  return {
    ...options,
    ...(model !== undefined && { model: Array.isArray(model) ? model.map(place) : place(model) }),
    ...(models && { models: models.map(choice => ({ ...choice, model: place(choice.model) })) })
  }
}
