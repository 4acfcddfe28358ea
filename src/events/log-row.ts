import { crc32 } from 'node:zlib'
import type { LogRecord } from '../contract/record.ts'

/** A record's columns, without its bytes. `body` is JSON. */
export interface RowFields {
  readonly type: string
  readonly id: string
  readonly stream: string
  readonly epoch: number
  readonly atMs: number
  /** Of the contract (`recordVersion`). */
  readonly version: number
  readonly body: string
}

/** A record ready for the log: its fields in one text, so that a thousand of them travel to another thread as one. */
export interface LogRow {
  /** The fields, separated by tabs. None can hold a tab or a line feed: JSON escapes them, ids are checked. */
  readonly text: string
  readonly bytes: Uint8Array | undefined
}

/** What SQLite keeps of a row besides its fields, about. */
const rowOverheadBytes = 64

export function packRow(row: RowFields, bytes?: Uint8Array): LogRow {
  const text = `${row.type}\t${row.id}\t${row.stream}\t${row.epoch}\t${row.atMs}\t${row.version}\t${row.body}`
  return { text, bytes }
}

/** About what it takes on disk, in bytes. */
export function rowSize(text: string, bytes: Uint8Array | undefined): number {
  return text.length + (bytes?.byteLength ?? 0) + rowOverheadBytes
}

/** The fields of a row's text, as `packRow` made it. */
export function rowFields(text: string): RowFields {
  const [type = '', id = '', stream = '', epoch, atMs, version, body = ''] = text.split('\t')
  return { type, id, stream, epoch: Number(epoch), atMs: Number(atMs), version: Number(version), body }
}

/**
 * CRC-32 over everything a row says. It begins with the row's number: a row in another's place is damaged too.
 * Numbers that are 2³² apart are alike to it.
 */
export function rowChecksum(seq: number, text: string, bytes: Uint8Array | null | undefined): number {
  const checksum = crc32(text, seq >>> 0)
  return bytes ? crc32(bytes, checksum) : checksum
}

/** Throws a SyntaxError for a body that is no JSON. */
export function recordOf({ type, id, stream, epoch, atMs, body }: RowFields, bytes: Uint8Array | null): LogRecord {
  const record = { type, id, stream, epoch, atMs, body: JSON.parse(body) }
  return (bytes ? { ...record, bytes } : record) as LogRecord
}
