import { resolve } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { type LogRecord, recordVersion } from '../contract/record.ts'
import { SightlineError } from '../core/errors.ts'
import { fateOf } from './log-failure.ts'
import { type RowFields, recordOf, rowChecksum, rowFields, rowSize } from './log-row.ts'
import { type JobOrigin, newerSegment, segmentVersion } from './log-segment.ts'
import { sqliteBytes } from './segment-file.ts'
import type { LoggedRecord } from './sink.ts'

/** A row that is not what was written, as far as it can still be read. */
export interface DamagedRow {
  readonly seq: number
  /** How many, from `seq` on: more than one where rows are missing. */
  readonly rows: number
  readonly error: SightlineError
  readonly text: string
  readonly bytes: Uint8Array | null
}

/** What one look into a segment gave. `nextSeq` goes on behind the damaged rows too. */
export interface SegmentBite {
  readonly records: LoggedRecord[]
  readonly damaged: DamagedRow[]
  readonly nextSeq: number
}

export interface BiteLimits {
  /** Rows of one look. */
  readonly maxRecords: number
  /** Bytes of one look; a single row may exceed it. */
  readonly maxBytes: number
  /** Numbers from here on are another file's. A damaged file may show any, or none that would say where it ends. */
  readonly endSeq?: number
}

/**
 * Who else may have the file. Beside a writer an index is shared, for which a disk needs room. A file that is `sealed`
 * needs none, and neither does one that nobody else has: a full disk can be emptied.
 */
export type Company = 'writer' | 'sealed' | 'nobody'

type Columns = readonly [
  seq: number,
  /** Text, unless the row is damaged. */
  fields: unknown,
  bytes: Uint8Array | null,
  crc: number
]

/** One file of a log, open for reading while its writer may be writing. Holds nothing between two looks. */
export class SegmentReader implements Disposable {
  readonly #path: string
  readonly #firstSeq: number
  readonly #file: DatabaseSync
  readonly #from: StatementSync
  readonly #one: StatementSync
  readonly #newest: StatementSync
  readonly #job: StatementSync

  /** Throws SL_LOG_VERSION for a file of a newer program; SQLite's own errors where it is none of its files. */
  constructor(path: string, firstSeq: number, beside: Company = 'writer') {
    this.#path = path
    this.#firstSeq = firstSeq
    const place = beside === 'sealed' ? new URL(`${pathToFileURL(resolve(path))}?immutable=1`) : path
    this.#file = new DatabaseSync(place, { readOnly: beside !== 'nobody', timeout: 5 })
    try {
      if (beside === 'nobody') this.#file.exec('pragma locking_mode = exclusive')
      const { user_version: version } = this.#file.prepare('pragma user_version').get() as { user_version: number }
      if (version > segmentVersion) throw newerSegment(path, version)
      this.#from = this.#file.prepare('select * from rows where seq >= ? order by seq limit ?')
      this.#one = this.#file.prepare('select * from rows where seq = ?')
      this.#newest = this.#file.prepare('select max(seq) from rows')
      this.#job = this.#file.prepare('select stream, epoch, end_seq from log')
      for (const statement of [this.#from, this.#one, this.#newest, this.#job]) statement.setReturnArrays(true)
    } catch (error) {
      this.#file.close()
      throw error
    }
  }

  /** `endSeq` is null until the job is done. Undefined for a worker's log. */
  job(): (JobOrigin & { readonly endSeq: number | null }) | undefined {
    const row = this.#job.get() as unknown as [string | null, number | null, number | null] | undefined
    const [stream = null, epoch = null, endSeq = null] = row ?? []
    return stream === null || epoch === null ? undefined : { stream, epoch, endSeq }
  }

  /** The newest row's; undefined where there is none. */
  lastSeq(): number | undefined {
    const [seq] = this.#newest.get() as unknown as [number | null]
    return seq ?? undefined
  }

  /** Rows from `seq` on. */
  read(seq: number, { maxRecords, maxBytes, endSeq = Number.POSITIVE_INFINITY }: BiteLimits): SegmentBite {
    const bite = new Bite(this.#path, seq)
    try {
      let size = 0
      for (const row of this.#from.iterate(seq, maxRecords) as Iterable<unknown>) {
        const [, fields, bytes] = row as Columns
        size += rowSize(String(fields), bytes ?? undefined)
        if ((size > maxBytes && bite.nextSeq > seq) || bite.nextSeq >= endSeq) break
        bite.take(row as Columns)
      }
    } catch (error) {
      if (!isDamage(error)) throw error
      // What was read before it is good. The next look begins where it broke.
      if (bite.nextSeq === seq) this.#readAround(bite, maxRecords, endSeq)
    }
    return bite
  }

  [Symbol.dispose](): void {
    if (this.#file.isOpen) this.#file.close()
  }

  /** Row by row: a broken page takes its own rows with it and no others. */
  #readAround(bite: Bite, maxRecords: number, endSeq: number): void {
    const last = Math.min(this.#lastPossibleSeq(), endSeq - 1)
    for (let looks = 0; looks < maxRecords && bite.nextSeq <= last; looks++) {
      const seq = bite.nextSeq
      try {
        const row = this.#one.get(seq) as unknown as Columns | undefined
        if (row) bite.take(row)
        else bite.lose()
      } catch (error) {
        if (!isDamage(error)) throw error
        bite.lose(error)
      }
    }
  }

  #lastPossibleSeq(): number {
    try {
      return this.lastSeq() ?? this.#firstSeq - 1
    } catch (error) {
      if (!isDamage(error)) throw error
      return this.#firstSeq + Math.ceil(sqliteBytes(this.#path) / rowSize('', undefined))
    }
  }
}

/** What a look collects. */
class Bite implements SegmentBite {
  readonly records: LoggedRecord[] = []
  readonly damaged: DamagedRow[] = []
  readonly #path: string
  nextSeq: number
  /** Of the newest sound row. */
  #soundSeq: number

  constructor(path: string, nextSeq: number) {
    this.#path = path
    this.nextSeq = nextSeq
    this.#soundSeq = nextSeq - 1
  }

  take(row: Columns): void {
    const [seq, said, blob, crc] = row
    const bytes = blob instanceof Uint8Array ? blob : null
    const text = String(said)
    const sound = rowChecksum(seq, text, bytes) === crc
    // A damaged row's own number may be what is damaged: it stands for the one that was due.
    if (!sound) this.#quarantine(1, 'fails its checksum', { text, bytes })
    else if (seq > this.#soundSeq) {
      // Not above it are those of a page that a broken one leads to a second time.
      this.#soundSeq = seq
      // Rows are numbered without gaps, so a gap is rows that have gone.
      if (seq > this.nextSeq) this.#quarantine(seq - this.nextSeq, 'is missing')
      this.nextSeq = seq
      const fields = rowFields(text)
      if (fields.version > recordVersion)
        this.#putAside(
          1,
          new SightlineError(
            'SL_RECORD_VERSION',
            `Row ${seq} of ${this.#path} is of version ${fields.version}, and ${recordVersion} is the newest known here: it is kept among the dead letters. Update this program.`
          ),
          { text, bytes }
        )
      else {
        const record = recordIn(fields, bytes)
        if (record) {
          this.records.push({ seq, record, bodyText: fields.body })
          this.nextSeq = seq + 1
        } else this.#quarantine(1, 'holds no JSON', { text, bytes })
      }
    }
  }

  /** The row that is due could not be read. */
  lose(cause?: unknown): void {
    this.#quarantine(1, cause ? 'cannot be read' : 'is missing', { cause })
  }

  #quarantine(
    rows: number,
    why: string,
    found: { text?: string; bytes?: Uint8Array | null; cause?: unknown } = {}
  ): void {
    const seq = this.nextSeq
    const which = rows === 1 ? `Row ${seq}` : `Each row from ${seq} to ${seq + rows - 1}`
    const error = new SightlineError(
      'SL_LOG_DAMAGED',
      `${which} of ${this.#path} ${why}: what is left is kept among the dead letters. Look at the disk.`,
      { cause: found.cause }
    )
    this.#putAside(rows, error, found)
  }

  #putAside(rows: number, error: SightlineError, found: { text?: string; bytes?: Uint8Array | null }): void {
    this.damaged.push({ seq: this.nextSeq, rows, error, text: found.text ?? '', bytes: found.bytes ?? null })
    this.nextSeq += rows
  }
}

/** A number beyond what JavaScript can hold exactly is none that was ever written. */
function isDamage(error: unknown): boolean {
  return fateOf(error) === 'damaged' || (Object(error) as { code?: string }).code === 'ERR_OUT_OF_RANGE'
}

/** Undefined for a row that is as it was written, and was written wrong. */
function recordIn(fields: RowFields, bytes: Uint8Array | null): LogRecord | undefined {
  try {
    return recordOf(fields, bytes)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
