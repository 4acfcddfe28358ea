import { SightlineError } from '../core/errors.ts'
import type { RowFields } from './log-row.ts'
import type { PendingRow } from './pending-records.ts'

/** One row for each letter. */
export const letterTables = `create table if not exists letters (
  n integer primary key autoincrement, log text, seq integer, sink text not null, type text, id text, stream text,
  epoch integer, at_ms integer, version integer, body text, bytes blob, code text, message text, added_ms integer,
  unique (log, seq, sink))`

/** As it lies in the file: `sink` is empty for a damaged row, whose own columns are null and whose `body` is its text. */
export type LetterRow = PendingRow & {
  readonly n: number
  readonly sink: string
  readonly code: string
  readonly message: string
  readonly added_ms: number
}

/** A record's fields: its own, or those of a sound row that was put aside for being of a later version. */
export function recordFields(row: LetterRow): RowFields {
  if (row.sink !== '') return { ...row, atMs: row.at_ms }
  const [type = '', id = '', stream = '', epoch, atMs, version, body] = row.body.split('\t')
  if (row.code !== 'SL_RECORD_VERSION' || body === undefined)
    throw new SightlineError(
      'SL_LOG_DAMAGED',
      `Dead letter ${row.n} is what is left of a damaged row, and cannot be replayed. Look at it, then remove it.`
    )
  return { type, id, stream, epoch: Number(epoch), atMs: Number(atMs), version: Number(version), body }
}
