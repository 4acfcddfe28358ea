import { SightlineError } from '../core/errors.ts'
import type { Logger } from '../core/log.ts'
import type { DeadLetters } from './dead-letters.ts'
import { type LogBite, LogReader } from './log-reader.ts'
import { rescueTail } from './log-rescue.ts'
import { damagedFolder, segmentPath } from './segment-file.ts'
import { hasWriter } from './writer-lock.ts'

/** How long a reader that found nothing waits before it looks again: `grows` times as long each time, from the first to the last. */
const waits = { firstMs: 2, grows: 2, lastMs: 50 }
/** For a log whose writer tells us of what it commits. It may have done so between a look and the wait for it: hence the first. */
const waitsOfTold = { firstMs: 20, grows: 100, lastMs: 250 }
/** How often it is asked whether the writer of a silent log lives. */
const writerCheckMs = 250
/** Looks that are remembered: sinks that keep up read the same rows at about the same time. */
const rememberedBites = 4

export interface TailParts {
  readonly logs: string
  readonly name: string
  readonly deadLetters: DeadLetters
  readonly log: Logger
}

/** One log as its sinks see it: read once for all of them, damaged rows put aside once. */
export class LogTail implements Disposable {
  readonly name: string
  readonly reader: LogReader
  readonly #parts: TailParts
  readonly #bites = new Map<number, LogBite>()
  readonly #waiting = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined
  #waits = waits
  #waitMs = waits.firstMs
  #checkedAt = Number.NEGATIVE_INFINITY
  #alive = true
  #closed = false
  readonly #counts = { damaged: 0, lost: 0, rescued: 0 }
  #reportedLossAt = 0
  #reportedFiles = 0
  #lastSeq = 0

  constructor(parts: TailParts) {
    this.#parts = parts
    this.name = parts.name
    this.reader = new LogReader(parts.logs, parts.name)
  }

  /** False once its writer is gone: nothing more will come. */
  get alive(): boolean {
    return this.#alive
  }

  /** The newest record's, as far as can be told now. Never throws. */
  get lastSeq(): number {
    try {
      this.#lastSeq = Math.max(this.#lastSeq, this.reader.lastSeq())
    } catch {
      // Its folder may be on its way out; what was known holds.
    }
    return this.#lastSeq
  }

  /** What is there from `seq` on. Damaged rows are among the dead letters before anybody passes them. */
  read(seq: number): LogBite {
    const known = this.#bites.get(seq)
    if (known) return known
    const bite = this.reader.read(seq)
    if (bite.damaged.length > 0) {
      const { name, deadLetters, log } = this.#parts
      deadLetters.add(
        bite.damaged.map(({ seq, error, text, bytes }) => ({
          log: name,
          seq,
          sink: null,
          error,
          remains: { text, bytes }
        }))
      )
      const rows = bite.damaged.reduce((sum, { rows }) => sum + rows, 0)
      this.#counts.damaged += rows
      log.error({ log: name, rows, seq: bite.damaged[0]!.seq }, 'damaged rows of a log were put aside')
    }
    if (this.reader.unreadable.size > this.#reportedFiles) this.#reportFiles()
    if (bite.lost > 0 && bite.nextSeq > this.#reportedLossAt) {
      this.#reportedLossAt = bite.nextSeq
      this.#counts.lost += bite.lost
      this.#parts.log.error({ log: this.name, rows: bite.lost, seq }, 'rows of a log are in a file that cannot be read')
    }
    if (bite.records.length > 0 || bite.damaged.length > 0) {
      this.#waitMs = this.#waits.firstMs
      this.#bites.set(seq, bite)
      for (const oldest of this.#bites.keys()) {
        if (this.#bites.size <= rememberedBites) break
        this.#bites.delete(oldest)
      }
    }
    return bite
  }

  /** Resolves when it is worth looking again. */
  more(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    return new Promise(resolve => {
      this.#waiting.add(resolve)
      this.#timer ??= setTimeout(() => this.#look(), this.#waitMs)
    })
  }

  /** The writer says that it has committed, and will say so again. */
  told(): void {
    this.#waits = waitsOfTold
    this.wake()
  }

  /** Something was written: look now. */
  wake(): void {
    this.#waitMs = this.#waits.firstMs
    clearTimeout(this.#timer)
    this.#timer = undefined
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const resolve of waiting) resolve()
  }

  snapshot() {
    return { ...this.#counts, unreadableFiles: this.reader.unreadable.size }
  }

  [Symbol.dispose](): void {
    this.#closed = true
    this.wake()
    this.reader[Symbol.dispose]()
  }

  /** What they held can't be told row by row: one letter stands for each. */
  #reportFiles(): void {
    const { name, deadLetters, log } = this.#parts
    const { unreadable, folder } = this.reader
    deadLetters.add([...unreadable].map(seq => ({ log: name, seq, sink: null, error: unreadableFile(folder, seq) })))
    this.#reportedFiles = unreadable.size
    log.error({ log: name, files: unreadable.size }, 'files of a log cannot be read and are kept aside')
  }

  /** Whoever waits looks for itself; when that finds nothing, the next wait is longer. */
  #look(): void {
    const waitMs = Math.min(this.#waits.lastMs, this.#waitMs * this.#waits.grows)
    if (this.#alive && performance.now() - this.#checkedAt > writerCheckMs) this.#checkWriter()
    this.wake()
    this.#waitMs = waitMs
  }

  #checkWriter(): void {
    this.#checkedAt = performance.now()
    try {
      if (hasWriter(this.reader.folder)) return
      const rows = rescueTail(this.reader)
      this.#alive = false
      if (rows === 0) return
      this.#counts.rescued += rows
      this.#parts.log.error({ log: this.name, rows }, 'rows beyond a break in a log were brought back')
    } catch (error) {
      this.#parts.log.warn({ log: this.name, err: error }, 'it cannot be told whether a log has its writer')
    }
  }
}

function unreadableFile(folder: string, firstSeq: number): SightlineError {
  return new SightlineError(
    'SL_LOG_DAMAGED',
    `${segmentPath(folder, firstSeq)}, which has the rows from ${firstSeq} on, cannot be read: it is kept in ${damagedFolder} beside the logs. Look at the disk.`
  )
}
