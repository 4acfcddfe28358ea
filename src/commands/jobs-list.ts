import type { Command } from 'commander'
import { type Job, jobStates } from '../contract/job.ts'
import { SightlineError } from '../core/errors.ts'
import { type JobPage, Jobs } from '../store/jobs.ts'
import { openStore } from './jobs-store.ts'
import { parseNumber } from './parse-regions.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

interface ListFlags {
  readonly data?: string
  readonly state?: string
  readonly limit: string
  readonly before?: string
  readonly json?: boolean
}

/** `sightline jobs list`: the newest first. */
export function listJobsCommand(command: Command, { stdout }: Terminal, environment: NodeJS.ProcessEnv): void {
  command
    .command('list')
    .description('the jobs, newest first, and how far they are')
    .option('--data <dir>', 'data folder (default: $SIGHTLINE_DATA or ./data)')
    .option('--state <names>', `only these: ${jobStates.join(', ')}`)
    .option('--limit <n>', 'as many at most', '100')
    .option('--before <n>', 'go on where the list before ended')
    .option('--json', 'nothing but JSON on standard output')
    .action(async (flags: ListFlags) => {
      const states = flags.state?.split(',').map(stateOf)
      const limit = parseNumber('--limit', flags.limit, 1, 1000)
      const before =
        flags.before === undefined ? undefined : parseNumber('--before', flags.before, 1, Number.MAX_SAFE_INTEGER)
      await using store = await openStore(flags, environment)
      const page = await new Jobs(store).list({ states, limit, before })
      stdout.write(flags.json ? `${JSON.stringify({ jobs: page.jobs, next: page.next ?? null })}\n` : listText(page))
    })
}

/** `sightline jobs cancel`. */
export function cancelJobsCommand(command: Command, { stdout }: Terminal, environment: NodeJS.ProcessEnv): void {
  command
    .command('cancel')
    .description('take jobs out of the queue, or stop them')
    .argument('<ids...>', 'as `jobs list` shows them')
    .option('--data <dir>', 'data folder (default: $SIGHTLINE_DATA or ./data)')
    .option('--json', 'nothing but the jobs as JSON on standard output')
    .action(async (ids: string[], flags: ListFlags) => {
      await using store = await openStore(flags, environment)
      const jobs = new Jobs(store)
      const cancelled = []
      for (const id of ids) cancelled.push(await jobs.cancel(id))
      if (flags.json) stdout.write(`${JSON.stringify(cancelled)}\n`)
      else for (const job of cancelled) stdout.write(`${job.id}  ${cancelText(job)}\n`)
    })
}

function stateOf(text: string): Job['state'] {
  const state = jobStates.find(known => known === text.trim())
  if (state) return state
  throw new SightlineError('SL_OPTION_INVALID', `--state ${text} is none of ${jobStates.join(', ')}.`)
}

function listText({ jobs, next }: JobPage): string {
  if (jobs.length === 0) return 'There are no jobs. `sightline jobs add FILE` adds one.\n'
  const rows = jobs.map(job => [job.id, job.state, shareText(job), String(job.priority), job.input, noteText(job)])
  const more = next === undefined ? '' : `There are more: --before ${next} shows them.\n`
  return table([['ID', 'STATE', 'DONE', 'PRIORITY', 'FILE', ''], ...rows]) + more
}

function shareText({ state, progress }: Job): string {
  return state === 'running' || state === 'done' ? `${Math.floor(progress * 100)} %` : ''
}

function noteText({ state, error, attempt, maxAttempts, progressText, cancelAsked }: Job): string {
  if (state === 'failed' && error) return `${error.message} [${error.code}]`
  if (state === 'running') return cancelAsked ? 'is being stopped' : progressText
  if (state === 'queued' && error) return `after attempt ${attempt} of ${maxAttempts}: ${error.message} [${error.code}]`
  return ''
}

function cancelText({ state }: Job): string {
  if (state === 'cancelled') return 'is cancelled'
  return state === 'running' ? 'will stop within seconds' : `had ended before (${state})`
}
