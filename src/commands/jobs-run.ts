import type { Command } from 'commander'
import { filledModels } from '../config/filled-address.ts'
import { loadSettings } from '../config/load-settings.ts'
import type { Job } from '../contract/job.ts'
import { SightlineError } from '../core/errors.ts'
import { createLog } from '../core/log.ts'
import { type RunnerOptions, runJobs } from '../jobs/runner.ts'
import type { AnalysisJobResult } from '../roles/analysis-job.ts'
import { runnerParts } from '../roles/job-running.ts'
import { ownFolder } from '../roles/own-folder.ts'
import { openStorage } from '../roles/storage.ts'
import { dataPlace } from './data-place.ts'
import { Interrupt } from './interrupt.ts'
import { limitsHelp, parseLimits } from './jobs-limits.ts'
import { openModelStore } from './open-model-store.ts'
import { parseNumber, repeated } from './parse-regions.ts'
import type { Terminal } from './terminal.ts'

interface RunFlags {
  readonly data?: string
  readonly untilEmpty?: boolean
  readonly concurrency?: string
  readonly limit?: string[]
  readonly json?: boolean
}

/** `sightline jobs run`: works on the jobs of a data folder that nothing else runs on. */
export function runJobsCommand(command: Command, terminal: Terminal, environment: NodeJS.ProcessEnv): void {
  command
    .command('run')
    .description('work on the queued jobs, each in a process of its own')
    .option('--data <dir>', 'data folder (default: $SIGHTLINE_DATA or ./data)')
    .option('--until-empty', 'end when no job waits any more')
    .option('--concurrency <n>', 'jobs at the same time (default: 1 for every 8 cores)')
    .option('--limit <NAME=VALUE>', `what one job may take, by default ${limitsHelp}; may be repeated`, repeated)
    .option('--json', 'a line of JSON for each job that ended, and nothing else, on standard output')
    .action((flags: RunFlags) => workOnJobs(flags, terminal, environment))
}

async function workOnJobs(flags: RunFlags, terminal: Terminal, environment: NodeJS.ProcessEnv): Promise<void> {
  const limits = parseLimits(flags.limit)
  const concurrency =
    flags.concurrency === undefined ? undefined : Math.round(parseNumber('--concurrency', flags.concurrency, 1, 64))
  const place = await dataPlace(flags, environment)
  const { models } = await loadSettings('sightline.yaml', false, environment)
  using interrupt = new Interrupt()
  const { signal } = interrupt
  const log = createLog(environment.SIGHTLINE_LOG_LEVEL)
  const unusable = new AbortController()
  const onFatal = (error: SightlineError) => unusable.abort(error)
  await using _own = await ownFolder(place.folder)
  await using storage = await openStorage({ ...place, environment, onFatal })
  const told = new JobTeller(terminal, flags.json ?? false)
  await runJobs({
    ...runnerParts(storage, {
      ...{ folder: place.folder, environment, models: () => filledModels(models, environment), log },
      openModels: () => openModelStore(environment)
    }),
    signal: AbortSignal.any([signal, unusable.signal]),
    limits,
    concurrency,
    untilEmpty: flags.untilEmpty,
    onChange: (job, outcome) => told.change(job, outcome),
    onProgress: (job, share, text) => told.progress(job, share, text)
  })
  unusable.signal.throwIfAborted()
  if (signal.aborted)
    throw new SightlineError('SL_CANCELLED', 'Stopped; what was being worked on waits for the next run.')
}

type Change = Parameters<NonNullable<RunnerOptions['onChange']>>[1]

/** A log file gets a line of progress this often; a terminal has one that changes. */
const lineMs = 5000

/** Tells people, or programs, what becomes of the jobs. */
class JobTeller {
  readonly #terminal: Terminal
  readonly #json: boolean
  #shownMs = Number.NEGATIVE_INFINITY

  constructor(terminal: Terminal, json: boolean) {
    this.#terminal = terminal
    this.#json = json
  }

  change(job: Job, change: Change): void {
    const { stdout, stderr } = this.#terminal
    if (this.#json) {
      if (typeof change !== 'string') stdout.write(`${JSON.stringify({ id: job.id, input: job.input, ...change })}\n`)
      return
    }
    if (stderr.isTTY) stderr.write('\r\x1b[K')
    if (change === 'started') stderr.write(`${job.id}  begins: ${job.input}\n`)
    else stdout.write(`${job.id}  ${changeText(job, change)}\n`)
  }

  progress({ id }: Job, share: number, text: string): void {
    const { stderr } = this.#terminal
    const nowMs = performance.now()
    if (this.#json || (!stderr.isTTY && nowMs - this.#shownMs < lineMs)) return
    this.#shownMs = nowMs
    const line = `${id}  ${Math.floor(share * 100)} %  ${text}`
    stderr.write(stderr.isTTY ? `\r${line.slice(0, (stderr.columns || 80) - 1)}\x1b[K` : `${line}\n`)
  }
}

function changeText({ attempt, maxAttempts }: Job, change: Exclude<Change, 'started'>): string {
  if (change === 'lost') return 'is worked on by somebody else'
  if (change.state === 'cancelled') return 'was cancelled'
  if (change.state === 'failed') return `failed: ${change.error.message} [${change.error.code}]`
  if (change.state === 'queued') {
    const { error, delayMs } = change
    if (!error) return 'waits again'
    const wait = Math.ceil(delayMs / 1000)
    return `attempt ${attempt} of ${maxAttempts} failed, the next in ${wait} s: ${error.message} [${error.code}]`
  }
  const { frames, tracks, model } = change.result as AnalysisJobResult
  return `done: ${frames} frames, ${tracks} ${tracks === 1 ? 'track' : 'tracks'}, with ${model}`
}
