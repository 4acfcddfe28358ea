import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { LogRecord } from '../contract/record.ts'
import { SightlineError } from '../core/errors.ts'
import type { Health, Problem } from '../core/health.ts'
import { AppendGroup, type Waiting } from './append-group.ts'
import type { CarriedError, FromLogThread, ToLogThread } from './log-messages.ts'
import { rowSize } from './log-row.ts'
import type { LogPlace } from './log-writer.ts'
import { admitRecord, type RecordLimits } from './record-border.ts'

const threadUrl = new URL(`./log-thread${extname(import.meta.url)}`, import.meta.url)

export interface EventLogOptions extends LogPlace, RecordLimits {
  /**
   * How long the first of a group waits for others, in milliseconds. Default 0: what arrives while the disk is busy
   * shares the next commit anyway. Raise it (to 10 at most) to write less on a disk that wears.
   */
  readonly groupMs?: number
  /** Accepted and not yet on the disk: records. Default 20,000, a second of a hundred busy cameras. */
  readonly queueRecords?: number
  /** The same in bytes. Default 32 MiB. One `append` may exceed it where nothing else waits. */
  readonly queueBytes?: number
  /** After each commit: `seq` of the newest record. To wake those who read in another process. */
  readonly onCommitted?: (lastSeq: number) => void
  /** The log can't be trusted any more (SL_LOG_FAILED): the process has to end, or to begin another log. */
  readonly onFailed?: (error: SightlineError) => void
}

/** Groups under way: one that the disk has, and one for when it is done. */
const groupsUnderWay = 2
/** How often a full disk is tried again while nothing else is appended. */
const probeMs = 1000

/** A worker's log, as its only writer has it. The disk is another thread's business: nothing here waits for it. */
export class EventLog implements Health, AsyncDisposable {
  readonly name: string
  readonly #options: EventLogOptions
  readonly #thread: Worker
  readonly #exited: Promise<void>
  /** Not yet handed to the thread. */
  #gathered = new AppendGroup()
  /** Groups that the thread has, oldest first. */
  readonly #underWay: Waiting[][] = []
  #opened = false
  #flushing = false
  #queuedRecords = 0
  #queuedBytes = 0
  #nextSeq = 1
  #problem: Problem | undefined
  #ended: SightlineError | undefined
  #probe: NodeJS.Timeout | undefined
  readonly #counts = { accepted: 0, refused: 0, refusedBusy: 0, refusedFull: 0, commits: 0, setAside: 0 }

  private constructor(options: EventLogOptions) {
    this.name = options.name
    this.#options = options
    const { logs, name, segmentBytes, looksMs, job } = options
    const workerData: LogPlace = { logs, name, segmentBytes, looksMs, job }
    this.#thread = new Worker(threadUrl, { workerData, name: `log ${name}` })
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#exited = promise
    this.#thread.once('exit', () => resolve())
  }

  /**
   * Opens or begins the log `name`. Throws SL_LOG_LOCKED where it has a writer, SL_LOG_VERSION where a newer program
   * has written it, SL_LOG_COMPLETE for a job that is done, SL_LOG_FULL and SL_LOG_FAILED where the disk refuses.
   */
  static async open(options: EventLogOptions): Promise<EventLog> {
    const log = new EventLog(options)
    await new Promise<void>((resolve, reject) => {
      log.#thread.on('message', (message: FromLogThread) => {
        if (message.type === 'open') {
          log.#opened = true
          log.#nextSeq = message.nextSeq
          log.#counts.setAside = message.setAside.length
          resolve()
        } else if (message.type === 'done') log.#done(message)
        else {
          reject(errorOf(message.error))
          log.#fail(errorOf(message.error))
        }
      })
      const crashed = (cause?: unknown) => {
        const error = new SightlineError('SL_LOG_FAILED', `The thread that writes the log ${options.name} has ended.`, {
          cause
        })
        reject(error)
        log.#fail(error)
      }
      log.#thread.once('error', crashed)
      log.#thread.once('exit', () => crashed())
    })
    return log
  }

  /**
   * Resolves when all of the records are on the disk: from then on they are accepted. Otherwise none of them is.
   * Throws SL_RECORD_* for what is never taken, SL_LOG_BUSY (retryable) when more waits than the disk writes,
   * SL_LOG_FULL (retryable) when the disk is full, SL_LOG_FAILED when it cannot be trusted.
   */
  async append(records: readonly LogRecord[]): Promise<void> {
    if (this.#ended) throw this.#ended
    if (records.length === 0) return
    const rows = this.#admit(records)
    const bytes = rows.reduce((sum, row) => sum + rowSize(row.text, row.bytes), 0)
    const { queueRecords = 20_000, queueBytes = 32 << 20 } = this.#options
    if (
      this.#queuedRecords > 0 &&
      (this.#queuedRecords + rows.length > queueRecords || this.#queuedBytes + bytes > queueBytes)
    ) {
      this.#counts.refusedBusy += rows.length
      throw new SightlineError(
        'SL_LOG_BUSY',
        `${this.#queuedRecords} records wait for the disk of the log ${this.name}, as many as may: send less, or try again when it has caught up.`,
        { retryable: true }
      )
    }
    this.#queuedRecords += rows.length
    this.#queuedBytes += bytes
    const appended = this.#gathered.add(rows, bytes)
    this.#flushSoon()
    return appended
  }

  /** The job is done: what was appended may be delivered. Nothing can be appended afterwards. */
  async complete(): Promise<void> {
    if (this.#ended) throw this.#ended
    this.#flush()
    await this.#ask({ type: 'complete' })
    this.#ended ??= closedError(this.name)
  }

  /** What keeps it from accepting. */
  problems(): readonly Problem[] {
    return this.#problem ? [this.#problem] : []
  }

  /** Counts since it was opened, and what waits for the disk. */
  snapshot() {
    const { accepted, refused, refusedBusy, refusedFull, commits, setAside } = this.#counts
    return {
      accepted,
      refused,
      refusedBusy,
      refusedFull,
      commits,
      setAside,
      queuedRecords: this.#queuedRecords,
      queuedBytes: this.#queuedBytes,
      lastSeq: this.#nextSeq - 1
    }
  }

  /** What waits is written first. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#probe)
    if (!this.#ended || this.#ended.code === 'SL_CANCELLED') {
      this.#flush()
      this.#ended = closedError(this.name)
      this.#post({ type: 'close' })
    }
    await this.#exited
  }

  #admit(records: readonly LogRecord[]) {
    try {
      return records.map(record => admitRecord(record, this.#options, this.#options.job))
    } catch (error) {
      this.#counts.refused += records.length
      throw error
    }
  }

  #flushSoon(): void {
    if (this.#flushing || this.#underWay.length >= groupsUnderWay) return
    this.#flushing = true
    const { groupMs = 0 } = this.#options
    if (groupMs > 0) setTimeout(() => this.#flush(), Math.min(groupMs, 10))
    else queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    this.#flushing = false
    const group = this.#gathered
    if (group.isEmpty) return
    this.#gathered = new AppendGroup()
    this.#underWay.push(group.waiting)
    this.#thread.postMessage({ type: 'append', rows: group.pack() } satisfies ToLogThread, group.transfer())
  }

  #ask(message: ToLogThread): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#underWay.push([{ records: 0, bytes: 0, resolve, reject }])
    this.#post(message)
    return promise
  }

  #post(message: ToLogThread): void {
    this.#thread.postMessage(message)
  }

  #done({ count, nextSeq, error }: Extract<FromLogThread, { type: 'done' }>): void {
    this.#nextSeq = nextSeq
    if (!error) this.#counts.commits++
    this.#note(error)
    for (const waiting of this.#underWay.splice(0, count).flat()) this.#settle(waiting, error && errorOf(error))
    if (!error) this.#options.onCommitted?.(nextSeq - 1)
    if (!this.#gathered.isEmpty) this.#flushSoon()
  }

  #settle({ records, bytes, resolve, reject }: Waiting, error: SightlineError | undefined): void {
    this.#queuedRecords -= records
    this.#queuedBytes -= bytes
    if (error) {
      this.#counts.refusedFull += records
      reject(error)
    } else {
      this.#counts.accepted += records
      resolve()
    }
  }

  /** A full disk is a problem until something can be written again; that is tried from time to time. */
  #note(error: CarriedError | undefined): void {
    if (!error) {
      this.#problem = undefined
      clearInterval(this.#probe)
      this.#probe = undefined
      return
    }
    this.#problem = {
      part: 'log',
      code: error.code,
      message: error.message,
      sinceMs: this.#problem?.sinceMs ?? Date.now()
    }
    this.#probe ??= setInterval(() => {
      if (this.#underWay.length === 0) this.#ask({ type: 'probe' }).catch(() => {})
    }, probeMs).unref()
  }

  #fail(error: SightlineError): void {
    if (this.#ended) return
    this.#ended = error
    clearInterval(this.#probe)
    this.#problem = { part: 'log', code: error.code, message: error.message, sinceMs: Date.now() }
    for (const waiting of [...this.#underWay.splice(0).flat(), ...this.#gathered.waiting]) this.#settle(waiting, error)
    if (this.#opened) this.#options.onFailed?.(error)
  }
}

function errorOf({ code, message, retryable }: CarriedError): SightlineError {
  return new SightlineError(code, message, { retryable })
}

function closedError(name: string): SightlineError {
  return new SightlineError('SL_CANCELLED', `The log ${name} is closed: nothing more is taken.`)
}
