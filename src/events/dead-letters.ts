import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type LogRecord, recordVersion } from '../contract/record.ts'
import { SightlineError } from '../core/errors.ts'
import { type LetterRow, letterTables, recordFields } from './dead-letter-row.ts'
import { inTransaction } from './in-transaction.ts'
import { openLocalFile } from './local-file.ts'
import { recordOf } from './log-row.ts'
import type { Sink } from './sink.ts'

/** What could not be delivered, and why. */
export interface DeadLetter {
  readonly n: number
  readonly log: string
  readonly seq: number
  /** Which sink refused it; null for a row that was damaged in its log. */
  readonly sink: string | null
  /** Null for what is left of a damaged row, as is `id`. */
  readonly type: string | null
  readonly id: string | null
  readonly code: string
  readonly message: string
  /** When it was put here. */
  readonly addedMs: number
}

/** What is put here: a record that a sink refused, or what is left of a damaged row. */
export interface Undelivered {
  readonly log: string
  readonly seq: number
  readonly sink: string | null
  readonly record?: LogRecord
  /** Of a damaged row. */
  readonly remains?: { readonly text: string; readonly bytes: Uint8Array | null }
  readonly error: SightlineError
}

export interface DeadLetterLimits {
  /** Default 10,000. */
  readonly maxLetters?: number
  /** Default 256 MiB. */
  readonly maxBytes?: number
}

/**
 * Records that were accepted and that a sink will never take. They wait here for a person, for as long as it takes:
 * when there is no room for another, the queue behind it waits too, rather than that one is thrown away. What tracks looked like is never
 * among them: it is to be forgotten in minutes, and nothing that waits for a person is.
 */
export class DeadLetters implements Disposable {
  readonly #file: DatabaseSync
  readonly #limits: Required<DeadLetterLimits>
  readonly #insert: StatementSync
  #count = 0
  #bytes = 0

  constructor(path: string, { maxLetters = 10_000, maxBytes = 256 << 20 }: DeadLetterLimits = {}) {
    this.#limits = { maxLetters, maxBytes }
    this.#file = openLocalFile({ path, version: 1, synchronous: 'full', tables: letterTables })
    this.#insert = this.#file.prepare(
      `insert or ignore into letters values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
    )
    this.#recount()
  }

  /** On the disk when it returns; one that is here already stays as it is. Throws SL_DEAD_LETTERS_FULL (retryable). */
  add(undelivered: readonly Undelivered[]): void {
    const letters = undelivered.filter(letter => !isLook(letter))
    if (letters.length === 0) return
    // Others remove letters too: whether there is room is for the file to say.
    if (!this.#hasRoom(letters.length)) this.#recount()
    if (!this.#hasRoom(letters.length))
      throw new SightlineError(
        'SL_DEAD_LETTERS_FULL',
        `${this.#count} dead letters (${this.#bytes} bytes) wait for somebody to look at them, as many as may. List, replay or remove them with \`sightline dead-letters\`, and the queue goes on.`,
        { retryable: true }
      )
    inTransaction(this.#file, () => {
      for (const letter of letters) this.#add(letter)
    })
  }

  /** Oldest first, after number `after`. */
  list({ after = 0, limit = 100 }: { readonly after?: number; readonly limit?: number } = {}): DeadLetter[] {
    return this.#file
      .prepare(
        `select n, log, seq, nullif(sink, '') as sink, type, id, code, message, added_ms as addedMs
         from letters where n > ? order by n limit ?`
      )
      .all(after, limit) as unknown as DeadLetter[]
  }

  /** What is left of it: fields as they lie in the log, and the bytes. */
  remains(n: number): { readonly text: string; readonly bytes: Uint8Array | null } {
    const { body, bytes } = this.#row(n)
    return { text: body, bytes }
  }

  /** Gives how many there were to remove. */
  remove(numbers: readonly number[]): number {
    const statement = this.#file.prepare(
      'delete from letters where n = ? returning length(body) + coalesce(length(bytes), 0) as size'
    )
    let removed = 0
    for (const n of numbers) {
      const [row] = statement.all(n) as unknown as { size: number }[]
      if (!row) continue
      removed++
      this.#count--
      this.#bytes -= row.size
    }
    return removed
  }

  /**
   * Hands a record once more to the sink that refused it, or to all where none has seen it yet, and removes it when it
   * was taken. Throws what a sink throws or refuses with, SL_DEAD_LETTER_NOT_FOUND, SL_RECORD_VERSION for a record that
   * only a newer program knows, and SL_LOG_DAMAGED for what is no record any more.
   */
  async replay(n: number, sinks: readonly Sink[]): Promise<void> {
    const row = this.#row(n)
    const fields = recordFields(row)
    if (fields.version > recordVersion)
      throw new SightlineError(
        'SL_RECORD_VERSION',
        `Dead letter ${n} is of version ${fields.version}, and ${recordVersion} is the newest known here: update this program, then replay it.`
      )
    const meant = row.sink === '' ? sinks : sinks.filter(({ name }) => name === row.sink)
    if (meant.length === 0)
      throw new SightlineError(
        'SL_DEAD_LETTER_NOT_FOUND',
        `Dead letter ${n} is for ${row.sink}, which is not set up here. Replay it where it is, or remove it.`
      )
    const record = recordOf(fields, row.bytes)
    // A log of its own, so that no sink takes its number for one that it has passed.
    const log = `dead-letter-${n}-${process.hrtime.bigint()}`
    for (const sink of meant) {
      const [refusal] = await sink.take({ log, records: [{ seq: 1, record, bodyText: fields.body }], nextSeq: 2 })
      await sink.forget(log)
      if (refusal) throw refusal.error
    }
    this.remove([n])
  }

  /** All of them, for a copy elsewhere. */
  async *rows(): AsyncGenerator<readonly LetterRow[]> {
    const after = this.#file.prepare('select * from letters where n > ? order by n limit 20')
    for (let n = 0; ; ) {
      const rows = after.all(n) as unknown as LetterRow[]
      if (rows.length === 0) return
      yield rows
      n = rows.at(-1)!.n
    }
  }

  /** Adds what `rows` gave, under numbers of their own, however many there are. */
  addRows(rows: readonly LetterRow[]): void {
    inTransaction(this.#file, () => {
      for (const { log, seq, sink, type, id, stream, epoch, at_ms, version, body, bytes, ...why } of rows) {
        const { code, message, added_ms } = why
        this.#insert.run(log, seq, sink, type, id, stream, epoch, at_ms, version, body, bytes, code, message, added_ms)
      }
    })
    this.#recount()
  }

  clear(): void {
    this.#file.exec('delete from letters')
    this.#recount()
  }

  snapshot() {
    return { letters: this.#count, bytes: this.#bytes }
  }

  [Symbol.dispose](): void {
    if (this.#file.isOpen) this.#file.close()
  }

  #add({ log, seq, sink, record, remains, error }: Undelivered): void {
    const body = record ? JSON.stringify(record.body) : (remains?.text ?? '')
    const bytes = record?.type === 'trajectory' ? record.bytes : (remains?.bytes ?? null)
    const origin = record
      ? ([record.type, record.id, record.stream, record.epoch, record.atMs, recordVersion] as const)
      : ([null, null, null, null, null, null] as const)
    const { changes } = this.#insert.run(
      log,
      seq,
      sink ?? '',
      ...origin,
      body,
      bytes,
      error.code,
      error.message,
      Date.now()
    )
    if (changes === 0) return
    this.#count++
    this.#bytes += body.length + (bytes?.byteLength ?? 0)
  }

  #hasRoom(letters: number): boolean {
    return this.#count + letters <= this.#limits.maxLetters && this.#bytes <= this.#limits.maxBytes
  }

  #recount(): void {
    const { count, bytes } = this.#file
      .prepare(
        'select count(*) as count, coalesce(sum(length(body) + coalesce(length(bytes), 0)), 0) as bytes from letters'
      )
      .get() as { count: number; bytes: number }
    this.#count = count
    this.#bytes = bytes
  }

  #row(n: number): LetterRow {
    const row = this.#file.prepare('select * from letters where n = ?').get(n) as unknown as LetterRow | undefined
    if (!row)
      throw new SightlineError(
        'SL_DEAD_LETTER_NOT_FOUND',
        `There is no dead letter ${n}: list them to see their numbers.`
      )
    return row
  }
}

function isLook({ record, remains }: Undelivered): boolean {
  return record ? record.type === 'look' : remains?.text.startsWith('look\t') === true
}
