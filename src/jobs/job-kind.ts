import type { Job } from '../contract/job.ts'
import type { JobLimits } from './limits.ts'

/** An attempt at a job. */
export interface Attempt {
  readonly job: Job
  /** For this attempt alone: empty at its begin, removed at its end. */
  readonly folder: string
  readonly limits: JobLimits
  /** Aborted when the work is to stop: cancelled, or the program ends. */
  readonly signal: AbortSignal
}

/** What can be done in a job, and what becomes of its result. Runs here; `entry` runs in the disposable process. */
export interface JobKind {
  /** The worker's program: a file of this package, named by its own ending. */
  readonly entry: URL
  /** What can be refused without opening the file. Gives the worker's task, as plain data. */
  prepare(attempt: Attempt): Promise<PreparedTask>
  /** Takes over what the worker made, so that doing it again, also by halves before, gives the same. Gives the job's result. */
  keep(attempt: Attempt, report: unknown): Promise<unknown>
}

export interface PreparedTask {
  readonly task: unknown
  /** The folder of its log, which has a limit of its own. */
  readonly log?: string
}
