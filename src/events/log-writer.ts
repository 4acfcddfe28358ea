import { mkdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import { fateOf, isForeign } from './log-failure.ts'
import { rowSize } from './log-row.ts'
import { type JobOrigin, LogSegment, type PackedRows } from './log-segment.ts'
import { listSegments, namesIn, renameSqlite, segmentPath, sqliteBytes, syncFile } from './segment-file.ts'
import { WriterLock } from './writer-lock.ts'

/** Where a log lies, and how its files are cut. */
export interface LogPlace {
  /** Folder of all logs. */
  readonly logs: string
  /** Name of this one. */
  readonly name: string
  /**
   * A file that has so many bytes is sealed and the next begun. Default 64 MiB: a delivered file is removed as a
   * whole, so larger ones keep disk for longer and smaller ones cost an opening more often.
   */
  readonly segmentBytes?: number
  /**
   * A file with what tracks looked like is sealed at the first append after so many milliseconds, however small it is: that is to be
   * forgotten, and goes with its file. Default 10 minutes; less costs an opening more often.
   */
  readonly looksMs?: number
  /** Set for a job's log: one file, emptied on opening. */
  readonly job?: JobOrigin
}

/** In the text of an append, the begin of a record that is a look. */
const lookRow = /^look\t/m

/** Bytes that wait in the write-ahead log before they are moved: about what SQLite would wait for by itself. */
const checkpointBytes = 4 << 20

/** The files of one log, written from one thread. Owns the log's lock. Blocks while the disk works. */
export class LogWriter implements Disposable {
  readonly folder: string
  readonly #lock: WriterLock
  readonly #place: LogPlace
  /** Files found that could not be written on. */
  readonly setAside: string[] = []
  #segment: LogSegment
  #unmovedBytes = 0
  /** Since when there may be looks in the file that is written, by the process' own clock. */
  #looksSinceMs: number | undefined

  /** Throws SL_LOG_LOCKED, SL_LOG_COMPLETE, SL_LOG_VERSION; other errors are the disk's own. */
  constructor(place: LogPlace) {
    this.#place = place
    this.folder = join(place.logs, place.name)
    this.#lock = lockFolder(this.folder)
    try {
      this.#segment = this.#open()
      if (place.job) this.#beginAttempt()
    } catch (error) {
      this.#lock[Symbol.dispose]()
      throw error
    }
  }

  get nextSeq(): number {
    return this.#segment.nextSeq
  }

  /** Returns when all of it is on the disk; throws when none of it is. */
  append(groups: readonly PackedRows[]): void {
    const { segmentBytes = 64 << 20, looksMs = 600_000, job } = this.#place
    const isOld = this.#looksSinceMs !== undefined && performance.now() - this.#looksSinceMs >= looksMs
    // Begun late: a full disk then refuses what comes next, and not what was written already.
    if (!job && (this.#segment.bytes >= segmentBytes || this.#segment.sealed || isOld)) this.#beginSegment()
    this.#segment.append(groups)
    if (this.#looksSinceMs === undefined && groups.some(({ text }) => lookRow.test(text)))
      this.#looksSinceMs = performance.now()
    for (const { text, bytes } of groups) {
      this.#unmovedBytes += rowSize(text, undefined)
      for (const [, blob] of bytes) this.#unmovedBytes += blob.byteLength
    }
  }

  /** Keeps the write-ahead log short. To be called after those who wait have been told. */
  tidy(): void {
    if (this.#unmovedBytes < checkpointBytes) return
    this.#segment.checkpoint('passive')
    this.#unmovedBytes = 0
  }

  /** Tries whether there is room again. */
  probe(): void {
    if (this.#segment.sealed) this.#beginSegment()
    else this.#segment.probe()
  }

  complete(): void {
    this.#segment.complete()
  }

  [Symbol.dispose](): void {
    this.#segment[Symbol.dispose]()
    this.#lock[Symbol.dispose]()
  }

  #open(): LogSegment {
    const last = listSegments(this.folder).at(-1)
    if (last === undefined) return LogSegment.create(segmentPath(this.folder, 1), 1, this.#place.job)
    const path = segmentPath(this.folder, last)
    this.#looksSinceMs = performance.now()
    try {
      return LogSegment.open(path, last)
    } catch (error) {
      if (fateOf(error) !== 'damaged') throw error
      // Beyond whatever it may have held, so that no seq is given out twice.
      const next = this.#place.job ? 1 : last + Math.ceil(sqliteBytes(path) / rowSize('', undefined)) + 1
      // What still begins like a database has rows that readers may yet find.
      if (this.#place.job || isForeign(error)) renameSqlite(path, `${path}.damaged`)
      this.setAside.push(path)
      return LogSegment.create(segmentPath(this.folder, next), next, this.#place.job)
    }
  }

  #beginAttempt(): void {
    const { job } = this.#segment
    if (job?.complete)
      throw new SightlineError(
        'SL_LOG_COMPLETE',
        `The log in ${this.folder} is complete: its job has been done and needs no other attempt.`
      )
    this.#segment.empty()
  }

  /** The old file is done with before the new one appears: from then on it may be removed. */
  #beginSegment(): void {
    const { nextSeq } = this.#segment
    if (!this.#segment.sealed) this.#segment.seal()
    this.#unmovedBytes = 0
    this.#segment = LogSegment.create(segmentPath(this.folder, nextSeq), nextSeq)
    this.#looksSinceMs = undefined
  }
}

/** A folder appears with its lock held: whoever sees it without knows that its writer is gone. */
function lockFolder(folder: string): WriterLock {
  if (namesIn(folder).length > 0) return new WriterLock(folder)
  const logs = dirname(folder)
  const draft = join(logs, `.${folder.slice(logs.length + 1)}.new`)
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  const lock = new WriterLock(draft)
  try {
    renameSync(draft, folder)
    syncFile(logs)
    return lock
  } catch (error) {
    lock[Symbol.dispose]()
    throw error
  }
}
