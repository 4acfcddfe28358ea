import type { LogRecord } from '../contract/record.ts'
import type { SightlineError } from '../core/errors.ts'

/** A record as a log has it: `seq` grows by one with each, from 1, over the whole life of the log. */
export interface LoggedRecord {
  readonly seq: number
  readonly record: LogRecord
  /** `record.body` as the log has it, in JSON: spares a sink that keeps text from writing it anew. */
  readonly bodyText?: string
}

/** Consecutive records of one log. Quarantined rows leave gaps in `seq`. */
export interface LogBatch {
  /** Name of the log, such as `worker-1`: never reused for another. */
  readonly log: string
  readonly records: readonly LoggedRecord[]
  /** Where the next batch begins: the position to remember. */
  readonly nextSeq: number
  /**
   * True for a job's log, handed over in one or more batches of which only the last says `ends`: what it tells
   * replaces everything that was known of its stream and epoch, all of it or nothing.
   */
  readonly replaces?: {
    readonly stream: string
    readonly epoch: number
    readonly first: boolean
    readonly ends: boolean
  }
}

/** Records that a sink refused for good. They go to the dead letters, and the log moves on. */
export interface Refusal {
  readonly seq: number
  readonly error: SightlineError
}

/** Where records of the logs go. Each sink has a position in each log of its own. */
export interface Sink {
  readonly name: string
  /** A log's records are kept until every required sink has them. */
  readonly required: boolean
  /** The `seq` it wants next of `log`; 1 for a log it never saw. */
  position(log: string): Promise<number>
  /**
   * Takes a batch and remembers `nextSeq` with it, both or neither. What it has already (by id) it passes over.
   * Throws a retryable error when it cannot now; the same batch comes again later.
   */
  take(batch: LogBatch): Promise<readonly Refusal[]>
  /** The log is gone: its position need not be kept. */
  forget(log: string): Promise<void>
}
