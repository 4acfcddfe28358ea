import { sql, type UpdateObject } from 'kysely'
import type { Job } from '../contract/job.ts'
import type { StoreDatabase } from './database.ts'
import { LapsedLeases } from './jobs-lapsed.ts'
import { clockOf, jobOf } from './jobs-row.ts'
import type { Tables } from './tables.ts'

/** How an attempt ended. */
export type JobOutcome =
  | { readonly state: 'done'; readonly result: unknown }
  | { readonly state: 'failed'; readonly error: NonNullable<Job['error']> }
  | { readonly state: 'cancelled' }
  /** To be tried again after `delayMs`. Without an error it was interrupted, and the attempt does not count. */
  | { readonly state: 'queued'; readonly delayMs: number; readonly error?: NonNullable<Job['error']> }

export interface JobClaimsOptions {
  /** Who claims: `instance` is the same after a restart, `run` never is again. */
  readonly instance: string
  readonly run: string
  /** What this runner knows how to do. */
  readonly kinds: readonly string[]
  /**
   * A lease that is not renewed for so long is over. Raise it where the database may stall; a job whose runner died
   * then waits longer.
   */
  readonly leaseMs?: number
  /** No outcome asks for a longer delay: what is due later still was written before the clock was set back. */
  readonly longestDelayMs?: number
  /** Milliseconds of the wall, where the database has no clock of its own. */
  readonly now?: () => number
  /** Milliseconds that only ever grow. */
  readonly elapsed?: () => number
}

type JobChange = UpdateObject<Tables, 'jobs'>

const free: JobChange = { lease_owner: null, lease_until_ms: null }

/**
 * A runner's side of the queue. Several runners on one database never work on the same job: who claimed it holds it
 * by a lease, and everything that is written about it afterwards is written only while that lease holds. What the
 * clocks say decides nothing about a lease (docs/decisions/2026-11-21-jobs.md).
 */
export class JobClaims {
  readonly #database: StoreDatabase
  readonly #options: JobClaimsOptions
  readonly #owner: string
  readonly #leaseMs: number
  readonly #longestDelayMs: number
  readonly #clock: ReturnType<typeof clockOf>
  readonly #lapsed: LapsedLeases

  constructor(database: StoreDatabase, options: JobClaimsOptions) {
    const { instance, run, leaseMs = 30_000, longestDelayMs = 600_000, now, elapsed } = options
    this.#database = database
    this.#options = options
    this.#owner = `${instance}/${run}`
    this.#leaseMs = leaseMs
    this.#longestDelayMs = longestDelayMs
    this.#clock = clockOf(database, now)
    this.#lapsed = new LapsedLeases(leaseMs, elapsed)
  }

  /** The lease's length: who could not renew for so long holds nothing any more. */
  get leaseMs(): number {
    return this.#leaseMs
  }

  /** Takes the next job that is due; undefined when there is none. Its attempt counts from here. */
  async claim(): Promise<Job | undefined> {
    for (;;) {
      const next = await this.#due().select('id').limit(1).executeTakeFirst()
      if (!next) return undefined
      const row = await this.#database.sql
        .updateTable('jobs')
        .set({
          state: 'running',
          attempt: sql<number>`attempt + 1`,
          lease_owner: this.#owner,
          lease_until_ms: this.#leaseEnd(),
          progress: 0,
          progress_text: '',
          started_ms: this.#clock()
        })
        .where('id', '=', next.id)
        .where('state', '=', 'queued')
        .returningAll()
        .executeTakeFirst()
      if (row) return jobOf(row) // Else another runner was quicker: on to the next.
    }
  }

  /** True while jobs of its kinds wait, due or not. */
  async areWaiting(): Promise<boolean> {
    const { kinds } = this.#options
    const waiting = this.#database.sql.selectFrom('jobs').select('id').where('state', '=', 'queued')
    return (await waiting.where('kind', 'in', kinds).limit(1).executeTakeFirst()) !== undefined
  }

  /** Goes on holding the job, and says how far it is. `lost`: somebody else has it, and its work is to be dropped. */
  async renew(job: Job, progress: { share: number; text: string }): Promise<'held' | 'cancel-asked' | 'lost'> {
    const row = await this.#held(job)
      .set({
        // Grows even when the clock was set back: others see that it was renewed by its being another number.
        lease_until_ms: sql<number>`case when lease_until_ms >= ${this.#leaseEnd()} then lease_until_ms + 1 else ${this.#leaseEnd()} end`,
        progress: progress.share,
        progress_text: progress.text
      })
      .returning('cancel_asked')
      .executeTakeFirst()
    if (!row) return 'lost'
    return row.cancel_asked === 1 ? 'cancel-asked' : 'held'
  }

  /** Ends the attempt. False: the job was no longer held, and is what somebody else made of it. */
  async settle(job: Job, outcome: JobOutcome): Promise<boolean> {
    if (outcome.state !== 'queued') return this.#end(job, outcome)
    // Nobody who asked for an end wants another attempt.
    const cancelled = await this.#held(job)
      .set({ ...free, state: 'cancelled', ended_ms: this.#clock() })
      .where('cancel_asked', '=', 1)
      .executeTakeFirst()
    if (cancelled.numUpdatedRows > 0n) return true
    const { delayMs, error } = outcome
    const delay = Math.min(delayMs, this.#longestDelayMs)
    const again = await this.#held(job)
      .set({
        ...free,
        state: 'queued',
        attempt: error ? job.attempt : job.attempt - 1,
        due_ms: delay === 0 ? 0 : sql<number>`${this.#clock()} + ${Math.round(delay)}`,
        progress: 0,
        progress_text: '',
        ...(error && { error_code: error.code, error_message: error.message })
      })
      .executeTakeFirst()
    return again.numUpdatedRows > 0n
  }

  /**
   * Frees the jobs whose runner is gone, and gives how many: those of this instance's runs before at once, others
   * when their lease is over. To be called first of all, and then several times within a lease's length.
   * `active` are the jobs that this runner works on.
   */
  async takeOver(active: ReadonlySet<string> = new Set()): Promise<number> {
    const held = await this.#database.sql
      .selectFrom('jobs')
      .select(['id', 'lease_owner', 'lease_until_ms', 'cancel_asked', 'attempt', 'max_attempts'])
      .where('state', '=', 'running')
      .execute()
    const lapsed = new Set(this.#lapsed.among(held))
    let freed = 0
    for (const row of held) {
      if (active.has(row.id) || !(lapsed.has(row) || this.#isPast(row.lease_owner))) continue
      const ended = { ...free, ended_ms: this.#clock() }
      const change: JobChange =
        row.cancel_asked === 1
          ? { ...ended, state: 'cancelled' }
          : row.attempt >= row.max_attempts
            ? { ...ended, state: 'failed', error_code: 'SL_JOB_CRASHED', error_message: runnerGone(row.attempt) }
            : { ...free, state: 'queued', due_ms: 0, progress: 0, progress_text: '' }
      const result = await this.#database.sql
        .updateTable('jobs')
        .set(change)
        .where('id', '=', row.id)
        .where('state', '=', 'running')
        .where('lease_owner', '=', row.lease_owner)
        .where('lease_until_ms', '=', row.lease_until_ms)
        .executeTakeFirst()
      freed += Number(result.numUpdatedRows)
    }
    return freed
  }

  async #end(job: Job, outcome: Exclude<JobOutcome, { state: 'queued' }>): Promise<boolean> {
    const { state } = outcome
    const said: JobChange =
      state === 'done'
        ? {
            result: JSON.stringify(outcome.result ?? null),
            progress: 1,
            progress_text: '',
            error_code: null,
            error_message: null
          }
        : state === 'failed'
          ? { error_code: outcome.error.code, error_message: outcome.error.message }
          : {}
    const result = await this.#held(job)
      .set({ ...free, ...said, state, ended_ms: this.#clock() })
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  /** True for an earlier run of this instance: two never run at once. */
  #isPast(owner: string | null): boolean {
    return owner !== this.#owner && owner?.startsWith(`${this.#options.instance}/`) === true
  }

  /** What is due, in the order in which it is done. */
  #due() {
    const dueBy = this.#clock()
    return this.#database.sql
      .selectFrom('jobs')
      .where('state', '=', 'queued')
      .where('kind', 'in', this.#options.kinds)
      .where(either =>
        either.or([
          either('due_ms', '<=', dueBy),
          either('due_ms', '>', sql<number>`${dueBy} + ${this.#longestDelayMs}`)
        ])
      )
      .orderBy('priority', 'desc')
      .orderBy('n')
  }

  #held(job: Job) {
    return this.#database.sql
      .updateTable('jobs')
      .where('id', '=', job.id)
      .where('state', '=', 'running')
      .where('lease_owner', '=', this.#owner)
      .where('attempt', '=', job.attempt)
  }

  #leaseEnd() {
    return sql<number>`${this.#clock()} + ${this.#leaseMs}`
  }
}

function runnerGone(attempt: number): string {
  return `The program that ran it ended without a word, ${attempt === 1 ? 'in its only attempt' : `in the last of ${attempt} attempts`}.`
}
