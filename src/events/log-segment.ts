import { existsSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { SightlineError } from '../core/errors.ts'
import { inTransaction } from './in-transaction.ts'
import { rowChecksum, rowSize } from './log-row.ts'
import { removeSqlite, sqliteBytes, syncFile } from './segment-file.ts'

/** Raised when the tables change. Readers accept every released version. */
export const segmentVersion = 1

/** A job's log: all records of one stream and epoch, delivered when it is complete. */
export interface JobOrigin {
  readonly stream: string
  readonly epoch: number
}

/** Records on their way to the disk: fields of each as one line of `text`, bytes by their line. */
export interface PackedRows {
  readonly count: number
  readonly text: string
  readonly bytes: readonly (readonly [line: number, bytes: Uint8Array])[]
}

const tables = `
  create table rows (seq integer primary key, fields text, bytes blob, crc integer);
  create table log (
    only integer primary key check (only = 1),
    stream text, epoch integer, attempt integer not null, end_seq integer, sealed integer not null
  );
  pragma user_version = ${segmentVersion};`
/** Rows that go to SQLite in one call: halves its cost, and more gain nothing. */
const rowsPerCall = 32
const columns = 4

/** One file of a log, open for writing. Every error it throws is SQLite's own: `fateOf` says what it means. */
export class LogSegment implements Disposable {
  readonly path: string
  readonly #file: DatabaseSync
  readonly #insertMany: StatementSync
  readonly #insertOne: StatementSync
  #nextSeq: number
  /** About; known exactly only to SQLite. */
  #bytes: number
  #sealed: boolean

  private constructor(path: string, file: DatabaseSync, firstSeq: number) {
    this.path = path
    this.#file = file
    // Checkpoints are asked for, so that an error in one is seen: SQLite keeps quiet about those of its own.
    file.exec('pragma synchronous = full; pragma wal_autocheckpoint = 0; pragma journal_size_limit = 8388608')
    const one = `(${Array(columns).fill('?')})`
    this.#insertMany = file.prepare(`insert into rows values ${Array(rowsPerCall).fill(one)}`)
    this.#insertOne = file.prepare(`insert into rows values ${one}`)
    const last = file.prepare('select max(seq) as seq from rows').get() as { seq: number | null }
    this.#nextSeq = last.seq === null ? firstSeq : last.seq + 1
    // An empty file has pages too: a segment that has no row yet is never full.
    this.#bytes = last.seq === null ? 0 : sqliteBytes(path)
    this.#sealed = (file.prepare('select sealed from log').get() as { sealed: number }).sealed === 1
  }

  /** Begins a file that is not there yet. It appears in its folder whole: whoever sees it can read it. */
  static create(path: string, firstSeq: number, job?: JobOrigin): LogSegment {
    if (existsSync(path)) throw new SightlineError('SL_INTERNAL', `${path} is there already: it would be lost.`)
    const draft = `${path}.new`
    removeSqlite(draft)
    const file = new DatabaseSync(draft)
    try {
      // Nobody sees it before it is whole, so that it needs to reach the disk only once.
      file.exec('pragma synchronous = off')
      file.exec(tables)
      file
        .prepare('insert into log values (1, ?, ?, 0, null, 0)')
        .run(...(job ? ([job.stream, job.epoch] as const) : ([null, null] as const)))
      file.exec('pragma journal_mode = wal')
    } finally {
      file.close()
    }
    syncFile(draft)
    renameSync(draft, path)
    syncFile(dirname(path))
    return LogSegment.open(path, firstSeq)
  }

  /** Opens a file that another life has left. Throws SL_LOG_VERSION for one of a newer program. */
  static open(path: string, firstSeq: number): LogSegment {
    const file = new DatabaseSync(path, { timeout: 2000 })
    try {
      const { user_version: version } = file.prepare('pragma user_version').get() as { user_version: number }
      if (version > segmentVersion) throw newerSegment(path, version)
      return new LogSegment(path, file, firstSeq)
    } catch (error) {
      file.close()
      throw error
    }
  }

  get nextSeq(): number {
    return this.#nextSeq
  }

  get bytes(): number {
    return this.#bytes
  }

  get job(): (JobOrigin & { readonly complete: boolean }) | undefined {
    const { stream, epoch, end_seq } = this.#file.prepare('select stream, epoch, end_seq from log').get() as {
      stream: string | null
      epoch: number | null
      end_seq: number | null
    }
    return stream === null || epoch === null ? undefined : { stream, epoch, complete: end_seq !== null }
  }

  /** Nothing more goes into it. */
  get sealed(): boolean {
    return this.#sealed
  }

  /** Adds rows in one transaction that is on the disk when this returns; all of them or none. */
  append(groups: readonly PackedRows[]): void {
    let seq = this.#nextSeq
    let size = 0
    inTransaction(this.#file, () => {
      for (const group of groups) {
        const bytesAt = new Map(group.bytes)
        const lines = group.text.split('\n')
        for (let from = 0; from < lines.length; ) {
          const taken = lines.length - from >= rowsPerCall ? rowsPerCall : 1
          const values: (string | number | Uint8Array | null)[] = []
          for (const end = from + taken; from < end; from++) {
            const text = lines[from]!
            const bytes = bytesAt.get(from)
            values.push(seq, text, bytes ?? null, rowChecksum(seq++, text, bytes))
            size += rowSize(text, bytes)
          }
          if (taken === 1) this.#insertOne.run(...values)
          else this.#insertMany.run(...values)
        }
      }
    })
    this.#nextSeq = seq
    this.#bytes += size
  }

  /** A commit that says nothing: tells whether there is room again. */
  probe(): void {
    inTransaction(this.#file, () => this.#file.exec('update log set sealed = sealed'))
  }

  /** A new attempt at a job: nothing of the ones before is left. */
  empty(): void {
    inTransaction(this.#file, () =>
      this.#file.exec('delete from rows; update log set attempt = attempt + 1, end_seq = null')
    )
    this.#nextSeq = 1
    this.#bytes = 0
  }

  /** The job is done. Its end takes a seq of its own: a log without a record has something to be passed, too. */
  complete(): void {
    inTransaction(this.#file, () => this.#file.prepare('update log set end_seq = ?').run(this.#nextSeq + 1))
    this.checkpoint('truncate')
  }

  /** No more rows. Leaves one file, and closes it. */
  seal(): void {
    inTransaction(this.#file, () => this.#file.exec('update log set sealed = 1'))
    this.checkpoint('truncate')
    this.#sealed = true
    this.#file.close()
  }

  /** Moves what is committed into the file proper. A reader in the way only puts it off. */
  checkpoint(how: 'passive' | 'truncate'): void {
    this.#file.exec(`pragma wal_checkpoint(${how})`)
  }

  [Symbol.dispose](): void {
    if (this.#file.isOpen) this.#file.close()
  }
}

export function newerSegment(path: string, version: number): SightlineError {
  return new SightlineError(
    'SL_LOG_VERSION',
    `${path} was written by a newer Sightline (version ${version}; this one knows ${segmentVersion}): start that one again, or let it finish its work first.`
  )
}
