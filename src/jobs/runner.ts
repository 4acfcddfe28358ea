import { availableParallelism } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { Job } from '../contract/job.ts'
import type { BackOff } from '../core/back-off.ts'
import { SightlineError } from '../core/errors.ts'
import type { JobClaims, JobOutcome } from '../store/jobs-claims.ts'
import { attemptJob } from './attempt.ts'
import type { JobKind } from './job-kind.ts'
import { defaultLimits, type JobLimits } from './limits.ts'
import { cleanLeftovers } from './work-folder.ts'

export interface JobLog {
  debug(facts: object, text: string): void
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
  error(facts: object, text: string): void
}

export interface RunnerOptions {
  readonly claims: JobClaims
  readonly kinds: Readonly<Record<string, JobKind>>
  /** The folder of work folders: this runner's alone. */
  readonly folder: string
  /** Aborted when the runner is to stop: what it works on is put back and does not lose the attempt. */
  readonly signal: AbortSignal
  readonly log: JobLog
  /** The program's environment and current folder: a worker gets the harmless part of it. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly here: string
  /** True ends the runner when nothing waits any more. */
  readonly untilEmpty?: boolean
  /** Jobs at the same time. Default: 1 for every 8 cores, as one analysis uses those. */
  readonly concurrency?: number
  readonly limits?: Partial<JobLimits>
  /** How soon a job begins that nobody announces. Raise it to ask the database less often. */
  readonly pollMs?: number
  /** How often a lease is renewed, and so how soon a cancelled job stops. */
  readonly renewMs?: number
  /** Time that a worker has to end by itself before it is killed. */
  readonly graceMs?: number
  readonly backOff?: BackOff
  /** False while no job is to begin, such as on a disk that is nearly full. Asked often. */
  readonly mayBegin?: () => boolean
  /** Told what becomes of jobs. Must not throw. */
  readonly onChange?: (job: Job, outcome: 'started' | 'lost' | JobOutcome) => void
  /** How far a job is, at most once a second each. Must not throw. */
  readonly onProgress?: (job: Job, share: number, text: string) => void
}

/** The options with nothing left open. */
export interface RunnerParts extends Omit<Required<RunnerOptions>, 'limits'> {
  readonly limits: JobLimits
}

const coresForOne = 8
/** How often others' leases are looked at: several times within the length of one. */
const looksPerLease = 6

/**
 * Works on jobs, each in a process of its own, until `signal` is aborted or, with `untilEmpty`, no job waits. Only for
 * who owns the data folder. A database that cannot be reached is waited for; other errors are thrown.
 */
export async function runJobs(options: RunnerOptions): Promise<void> {
  const failing = new AbortController()
  const signal = AbortSignal.any([options.signal, failing.signal])
  const parts = { ...partsOf(options), signal }
  const left = await cleanLeftovers(parts.folder)
  if (left > 0) parts.log.info({ left }, 'removed the work folders of a run before')
  const runner = new Runner(parts)
  try {
    await runner.work()
  } catch (error) {
    failing.abort()
    throw error
  } finally {
    await runner.ended()
  }
}

class Runner {
  readonly #parts: RunnerParts
  readonly #active = new Map<string, Promise<void>>()
  /** Ends the wait for the next poll. */
  #waking = new AbortController()

  constructor(parts: RunnerParts) {
    this.#parts = parts
    parts.signal.addEventListener('abort', () => this.#waking.abort(), { once: true })
  }

  async work(): Promise<void> {
    const { claims, signal, untilEmpty, pollMs, log } = this.#parts
    let lookMs = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      try {
        if (performance.now() - lookMs >= claims.leaseMs / looksPerLease) {
          await claims.takeOver(new Set(this.#active.keys()))
          lookMs = performance.now()
        }
        await this.#fill()
        if (untilEmpty && this.#active.size === 0 && !(await claims.areWaiting())) return
      } catch (error) {
        if (!isPassing(error)) throw error
        log.warn({ err: error }, 'the queue of jobs cannot be reached')
      }
      await pause(pollMs, undefined, { signal: this.#waking.signal }).catch(() => undefined)
      if (!signal.aborted) this.#waking = new AbortController()
    }
  }

  /** Resolves when nothing is worked on any more. */
  async ended(): Promise<void> {
    await Promise.all(this.#active.values())
  }

  async #fill(): Promise<void> {
    const { claims, concurrency, signal, mayBegin } = this.#parts
    while (this.#active.size < concurrency && !signal.aborted && mayBegin()) {
      const job = await claims.claim()
      if (!job) return
      this.#active.set(job.id, this.#attempt(job))
    }
  }

  async #attempt(job: Job): Promise<void> {
    const { onChange, signal } = this.#parts
    onChange(job, 'started')
    const outcome = await attemptJob(job, this.#parts, signal)
    this.#active.delete(job.id)
    onChange(job, outcome)
    this.#waking.abort()
  }
}

/** The queue's questions are short: one that took too long met a database in trouble. */
function isPassing(error: unknown): boolean {
  return error instanceof SightlineError && (error.retryable || error.code === 'SL_STORE_TIMEOUT')
}

function partsOf(options: RunnerOptions): RunnerParts {
  return {
    ...options,
    untilEmpty: options.untilEmpty ?? false,
    concurrency: options.concurrency ?? Math.max(1, Math.floor(availableParallelism() / coresForOne)),
    limits: { ...defaultLimits, ...options.limits },
    pollMs: options.pollMs ?? 1000,
    renewMs: options.renewMs ?? 2000,
    graceMs: options.graceMs ?? 3000,
    backOff: options.backOff ?? { firstMs: 5000, longestMs: 600_000 },
    mayBegin: options.mayBegin ?? (() => true),
    onChange: options.onChange ?? (() => undefined),
    onProgress: options.onProgress ?? (() => undefined)
  }
}
