import { setTimeout } from 'node:timers/promises'
import { SightlineError } from '../core/errors.ts'
import type { Problem } from '../core/health.ts'
import type { Logger } from '../core/log.ts'
import type { DeadLetters, Undelivered } from './dead-letters.ts'
import { type BatchLimits, gatherBatch, type ReadyBatch, type Suspects } from './feed-batch.ts'
import type { LogTail } from './log-tail.ts'
import type { LogBatch, LoggedRecord, Sink } from './sink.ts'

export interface FeedOptions extends Partial<BatchLimits> {
  /** A sink that has not taken anything for so long is a problem. Default 5,000. */
  readonly problemAfterMs?: number
  /** The first wait after a failure; doubled with each, with jitter, up to `lastRetryMs`. Default 100. */
  readonly firstRetryMs?: number
  /** Default 10,000. */
  readonly lastRetryMs?: number
}

/** An error that no sink said to be final may be a connection's: it is tried so often before a record is blamed. */
const doubtfulTries = 5

/** The way of one log into one sink. Waits for nobody but its own sink. */
export class SinkFeed {
  readonly sink: Sink
  readonly #tail: LogTail
  readonly #deadLetters: DeadLetters
  readonly #log: Logger
  readonly #options: Required<FeedOptions>
  readonly #stopping = new AbortController()
  readonly #passed = new Set<number>()
  /** Undefined where the sink has to be asked. */
  #position: number | undefined
  #lastPosition = 1
  #suspects: Suspects | undefined
  /** Refused, and not yet among the dead letters. */
  #unburied: Undelivered[] = []
  #ended = false
  #failures = 0
  #lastError: unknown
  /** Since when the sink has not taken what it is offered; undefined while it does. */
  #stuckAt: number | undefined
  #caughtUpAt = performance.now()
  #caughtUp = false
  readonly #counts = { delivered: 0, batches: 0, refused: 0, poison: 0, skipped: 0, failures: 0 }

  constructor(tail: LogTail, sink: Sink, deadLetters: DeadLetters, log: Logger, options: FeedOptions = {}) {
    this.#tail = tail
    this.sink = sink
    this.#deadLetters = deadLetters
    this.#log = log
    this.#options = {
      batchRecords: 5000,
      batchBytes: 4 << 20,
      problemAfterMs: 5000,
      firstRetryMs: 100,
      lastRetryMs: 10_000,
      ...options
    }
  }

  /** What the sink wants next, as it said last; 1 until it has. */
  get position(): number {
    return this.#lastPosition
  }

  /** Everything that will ever be in the log was taken. */
  get ended(): boolean {
    return this.#ended
  }

  /** Until the log has ended, or `stop`. Never rejects. */
  async run(): Promise<void> {
    let ahead: Promise<ReadyBatch | undefined> | undefined
    while (!this.#stopping.signal.aborted && !this.#ended) {
      try {
        this.#bury()
        this.#position ??= await this.#asked(() => this.sink.position(this.#tail.name))
        this.#lastPosition = this.#position
        const prepared = await ahead
        ahead = undefined
        // Asked before the look that may find nothing: the writer's last words come before its end.
        const alive = this.#tail.alive
        const ready = prepared ?? (await this.#gather(this.#position))
        if (!ready) await this.#idle(alive)
        else {
          // The next is read while the sink has this one.
          if (!this.#suspects) ahead = this.#gather(ready.batch.nextSeq)
          ahead?.catch(() => {})
          if (!(await this.#deliver(ready))) ahead = undefined
        }
        this.#failures = 0
      } catch (error) {
        ahead = undefined
        await this.#pause(error)
      }
    }
  }

  /** Returns at once; `run` returns when the sink is done with what it has. */
  stop(): void {
    this.#stopping.abort()
  }

  problems(): readonly Problem[] {
    const { problemAfterMs } = this.#options
    const stuckMs = this.#stuckAt === undefined ? 0 : performance.now() - this.#stuckAt
    if (stuckMs < problemAfterMs) return []
    const why = this.#lastError instanceof Error ? this.#lastError.message : 'It has not answered.'
    return [
      {
        part: this.sink.name,
        code: this.#lastError instanceof SightlineError ? this.#lastError.code : 'SL_SINK_STALLED',
        message: `${this.sink.name} has taken nothing of the log ${this.#tail.name} for ${Math.round(stuckMs / 1000)} s; what comes is kept until it does. ${why}`,
        sinceMs: Math.round(Date.now() - stuckMs)
      }
    ]
  }

  /** `lagRecords` and `lagMs` say how far behind the log it is. */
  snapshot() {
    const lagRecords = Math.max(0, this.#tail.lastSeq + 1 - this.position)
    const lagMs = this.#caughtUp || lagRecords === 0 ? 0 : Math.round(performance.now() - this.#caughtUpAt)
    return { ...this.#counts, position: this.position, lagRecords, lagMs }
  }

  #gather(seq: number): Promise<ReadyBatch | undefined> {
    return gatherBatch(this.#tail, seq, this.#options, this.#passed, this.#suspects)
  }

  async #idle(wasAlive: boolean): Promise<void> {
    this.#caughtUp = true
    this.#caughtUpAt = performance.now()
    this.#stuckAt = undefined
    this.#lastError = undefined
    const job = this.#tail.reader.job()
    // The writer was gone before the last look: nothing can have come after it.
    const over = job ? job.endSeq !== null && this.position >= job.endSeq : true
    if (!wasAlive && over) this.#ended = true
    else await this.#tail.more()
  }

  /** False where the sink failed at it, and other pieces of it are due. */
  async #deliver({ batch, skipped }: ReadyBatch): Promise<boolean> {
    this.#caughtUp = false
    try {
      const refusals = await this.#asked(() => this.sink.take(batch))
      this.#counts.refused += refusals.length
      this.#unburied = refusals.map(({ seq, error }) => this.#letter(recordAt(batch, seq), seq, error))
    } catch (error) {
      // What the sink has of a job's log is known to it alone.
      this.#position = undefined
      if (!this.#isFinal(batch, error)) throw error
      await this.#acquit(batch)
      this.#accuse(batch, error)
      return false
    }
    this.#position = batch.nextSeq
    this.#lastPosition = batch.nextSeq
    this.#stuckAt = undefined
    this.#lastError = undefined
    this.#counts.delivered += batch.records.length
    this.#counts.batches++
    this.#counts.skipped += skipped
    if (this.#suspects) {
      this.#suspects = batch.nextSeq >= this.#suspects.until ? undefined : { ...this.#suspects, from: batch.nextSeq }
    }
    this.#bury()
    return true
  }

  #isFinal({ records }: LogBatch, error: unknown): boolean {
    if (error instanceof SightlineError) return !error.retryable
    if (this.#suspects && records.length > 1) return true
    return this.#failures + 1 >= doubtfulTries
  }

  /** A sink that does not even take nothing is ill, and no record is to blame. Throws what it throws then. */
  async #acquit({ log, records: [first], replaces }: LogBatch): Promise<void> {
    if (!first) return
    const position = await this.#asked(() => this.sink.position(log))
    const nothing: LogBatch = { log, records: [], nextSeq: position }
    const begins = replaces && { ...replaces, first: position === 1, ends: false }
    await this.#asked(() => this.sink.take(begins ? { ...nothing, replaces: begins } : nothing))
  }

  /** Something in the batch is poison. Halves it, until one record is left to blame. */
  #accuse(batch: LogBatch, error: unknown): void {
    const [first] = batch.records
    if (!first) throw error
    this.#counts.failures++
    if (batch.records.length > 1) {
      const until = Math.max(batch.nextSeq, this.#suspects?.until ?? 0)
      this.#suspects = { from: first.seq, until, pieces: Math.ceil(batch.records.length / 2) }
      return
    }
    const reason = error instanceof Error ? error.message : String(error)
    const named =
      error instanceof SightlineError ? error : new SightlineError('SL_RECORD_INVALID', reason, { cause: error })
    this.#unburied = [this.#letter(first, first.seq, named)]
    this.#passed.add(first.seq)
    this.#counts.poison++
    this.#log.error(
      { log: this.#tail.name, sink: this.sink.name, seq: first.seq, err: error },
      'a sink refuses a record'
    )
  }

  /** Throws, retryable, while the dead letters have no room. */
  #bury(): void {
    if (this.#unburied.length === 0) return
    this.#deadLetters.add(this.#unburied)
    this.#unburied = []
  }

  #letter(logged: LoggedRecord | undefined, seq: number, error: SightlineError): Undelivered {
    return { log: this.#tail.name, seq, sink: this.sink.name, record: logged?.record, error }
  }

  /** A call of the sink, timed: one that never answers is stuck as well. Only what it takes makes it unstuck. */
  async #asked<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#stuckAt ??= performance.now()
    return await work()
  }

  async #pause(error: unknown): Promise<void> {
    this.#stuckAt ??= performance.now()
    this.#lastError = error
    this.#failures++
    this.#counts.failures++
    const { firstRetryMs, lastRetryMs } = this.#options
    const most = Math.min(lastRetryMs, firstRetryMs * 2 ** Math.min(20, this.#failures - 1))
    this.#log.warn(
      { log: this.#tail.name, sink: this.sink.name, err: error },
      'a sink does not take what it is offered'
    )
    await setTimeout(most * (0.5 + Math.random() / 2), undefined, { signal: this.#stopping.signal }).catch(() => {})
  }
}

function recordAt({ records }: LogBatch, seq: number): LoggedRecord | undefined {
  return records.find(logged => logged.seq === seq)
}
