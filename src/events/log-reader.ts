import { statSync } from 'node:fs'
import { join } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import { fateOf, isNoLog } from './log-failure.ts'
import type { JobOrigin } from './log-segment.ts'
import { listSegments, segmentPath, sqliteBytes } from './segment-file.ts'
import { type BiteLimits, type Company, type DamagedRow, SegmentReader } from './segment-reader.ts'
import type { LoggedRecord } from './sink.ts'

/** One look into a log: empty where there is nothing (yet) from the position on. */
export interface LogBite {
  readonly records: readonly LoggedRecord[]
  readonly damaged: readonly DamagedRow[]
  /** Where to look next. */
  readonly nextSeq: number
  /** Numbers that were passed over because their file is gone already. */
  readonly skipped: number
  /** Numbers between two files that neither has: their rows were in what cannot be read. */
  readonly lost: number
}

const usualLimits: BiteLimits = { maxRecords: 500, maxBytes: 1 << 20 }
/** A file is given up when it failed so often: to pass its rows by cannot be undone. */
const triesToRead = 4
/** Files kept open: what the sinks of a log read when one of them is far behind. */
const openFiles = 3

/** Reads a log from any position, without ever writing to it. Looks are short: a few milliseconds. */
export class LogReader implements Disposable {
  readonly name: string
  readonly folder: string
  readonly #limits: BiteLimits
  /** Known once its first file was looked at: a log never changes its kind. */
  #isWorkers = false
  readonly #open = new Map<number, SegmentReader>()
  readonly #failures = new Map<number, number>()
  /** Segments that cannot be read at all. */
  readonly unreadable = new Set<number>()

  constructor(logs: string, name: string, limits: BiteLimits = usualLimits) {
    this.name = name
    this.folder = join(logs, name)
    this.#limits = limits
  }

  /** First seqs of the files that are there, ascending. */
  segments(): number[] {
    return listSegments(this.folder)
  }

  /** Bytes on the disk. */
  bytes(): number {
    return this.segments().reduce((sum, first) => sum + sqliteBytes(segmentPath(this.folder, first)), 0)
  }

  /** What is there from `seq` on. Throws SL_LOG_VERSION; a retryable error where the disk is slow to answer. */
  read(seq: number): LogBite {
    // The list comes before the look: a segment that has a successor in it gets no more rows.
    const segments = this.segments()
    const first = segments[0] ?? seq
    const skipped = Math.max(0, first - seq)
    let nextSeq = seq + skipped
    let lost = 0
    const from = segments.findLastIndex(candidate => candidate <= nextSeq)
    for (let at = Math.max(0, from); at < segments.length; at++) {
      const segment = segments[at]!
      const limits = { ...this.#limits, endSeq: segments[at + 1] }
      // A file begins where the one before it ended.
      if (segment > nextSeq) lost += segment - nextSeq
      nextSeq = Math.max(nextSeq, segment)
      const bite = this.#guard(segment, reader => reader.read(nextSeq, limits))
      if (bite && bite.nextSeq > nextSeq)
        return { records: bite.records, damaged: bite.damaged, nextSeq: bite.nextSeq, skipped, lost }
    }
    return { records: [], damaged: [], nextSeq, skipped, lost }
  }

  /** Of a job's log; undefined for a worker's, and for one that has nothing yet. */
  job(): (JobOrigin & { readonly endSeq: number | null }) | undefined {
    const [first] = this.#isWorkers ? [] : this.segments()
    if (first === undefined) return undefined
    const job = this.#guard(first, reader => reader.job())
    this.#isWorkers = job === undefined
    return job
  }

  /** The newest record's seq; 0 where there is none. */
  lastSeq(): number {
    const last = this.segments().at(-1)
    return last === undefined ? 0 : (this.#guard(last, reader => reader.lastSeq()) ?? last - 1)
  }

  /** Lets go of a file that is to be removed. */
  close(segment: number): void {
    this.#open.get(segment)?.[Symbol.dispose]()
    this.#open.delete(segment)
  }

  [Symbol.dispose](): void {
    for (const segment of [...this.#open.keys()]) this.close(segment)
  }

  /** Undefined for a file that cannot be read at all. */
  #guard<Result>(
    segment: number,
    work: (reader: SegmentReader) => Result,
    company: Company = this.#company(segment)
  ): Result | undefined {
    if (this.unreadable.has(segment)) return undefined
    try {
      return work(this.#reader(segment, company))
    } catch (error) {
      this.close(segment)
      if (company !== 'nobody' && fateOf(error) === 'full') return this.#guard(segment, work, 'nobody')
      if (this.#isDamage(error, segment)) {
        const failures = (this.#failures.get(segment) ?? 0) + 1
        this.#failures.set(segment, failures)
        if (failures >= triesToRead) {
          this.unreadable.add(segment)
          return undefined
        }
      }
      if (error instanceof SightlineError) throw error
      throw new SightlineError(
        'SL_LOG_DAMAGED',
        `${segmentPath(this.folder, segment)} cannot be read now: it is tried again. (${(error as Error).message})`,
        { cause: error, retryable: true }
      )
    }
  }

  /**
   * A bit may flip in what a file says of itself: it lacks a column then, or is of a version that none of its log's
   * other files is of, which one program has written.
   */
  #isDamage(error: unknown, segment: number): boolean {
    if (error instanceof SightlineError)
      return error.code === 'SL_LOG_VERSION' && this.segments().some(other => other !== segment && this.#isKnown(other))
    return fateOf(error) === 'damaged' || isNoLog(error)
  }

  #isKnown(segment: number): boolean {
    try {
      this.#reader(segment, this.#company(segment))
      return true
    } catch {
      return false
    }
  }

  #company(segment: number): Company {
    if (this.#open.has(segment) || segment === this.segments().at(-1)) return 'writer'
    const wal = statSync(`${segmentPath(this.folder, segment)}-wal`, { throwIfNoEntry: false })
    return wal?.size ? 'writer' : 'sealed'
  }

  #reader(segment: number, company: Company): SegmentReader {
    const known = this.#open.get(segment)
    if (known) return known
    const reader = new SegmentReader(segmentPath(this.folder, segment), segment, company)
    this.#open.set(segment, reader)
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= openFiles) break
      this.close(oldest)
    }
    return reader
  }
}
