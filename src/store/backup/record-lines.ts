import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { LetterRow } from '../../events/dead-letter-row.ts'
import type { PendingRow } from '../../events/pending-records.ts'

const closed = { additionalProperties: false }
/** What may stand in a line of a log. */
const plain = Type.String({ pattern: '^[^\\t\\n]*$' })
const integer = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })
const bytes = Type.Union([Type.Null(), Type.Unsafe<Uint8Array>({ type: 'object' })])

const pending = {
  log: Type.String(),
  seq: integer,
  type: plain,
  id: plain,
  stream: plain,
  epoch: integer,
  at_ms: integer,
  version: integer,
  body: plain,
  bytes
}
const why = { n: integer, sink: Type.String(), code: Type.String(), message: Type.String(), added_ms: integer }
/** Of a damaged row nothing is known but its text. */
const none = { type: Type.Null(), id: Type.Null(), stream: Type.Null(), epoch: Type.Null(), at_ms: Type.Null() }

const pendingLine = Compile(Type.Object(pending, closed))
const letterLine = Compile(
  Type.Union([
    Type.Object({ ...pending, ...why, body: Type.String() }, closed),
    Type.Object({ ...pending, ...why, ...none, version: Type.Null(), body: Type.String() }, closed)
  ])
)

/** Undefined where one of the rows is none that a log has. */
export function pendingRows(rows: readonly unknown[]): readonly PendingRow[] | undefined {
  return rows.every(row => pendingLine.Check(row)) ? (rows as readonly PendingRow[]) : undefined
}

/** Undefined where one of the rows is no dead letter. */
export function letterRows(rows: readonly unknown[]): readonly LetterRow[] | undefined {
  return rows.every(row => letterLine.Check(row)) ? (rows as readonly LetterRow[]) : undefined
}
