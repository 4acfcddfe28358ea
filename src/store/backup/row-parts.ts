import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { partTextBytes } from './backup-format.ts'
import { type Row, rowToText } from './row-text.ts'

/** About as many rows as fit a part. */
export interface RowPart {
  /** Lines of JSON, gzip. */
  readonly bytes: Uint8Array
  readonly rows: number
  /** Rows with those that were left out. */
  readonly read: number
  /** The last row. */
  readonly last: Row | undefined
}

const squeeze = promisify(gzip)

/** Rows as parts of a backup; `keep` changes them, or leaves them out. Reads the next part while the last is packed. */
export async function* rowParts(
  batches: AsyncIterable<readonly Row[]>,
  keep: (row: Row) => Row | undefined = row => row
): AsyncGenerator<RowPart> {
  let packing: Promise<RowPart> | undefined
  for await (const part of texts(batches, keep)) {
    const before = packing
    packing = packed(part)
    packing.catch(() => {}) // Awaited on the next turn.
    if (before) yield await before
  }
  if (packing) yield await packing
}

interface PartText extends Omit<RowPart, 'bytes'> {
  readonly text: string
}

async function packed({ text, ...facts }: PartText): Promise<RowPart> {
  return { ...facts, bytes: await squeeze(text, { level: 5 }) }
}

async function* texts(
  batches: AsyncIterable<readonly Row[]>,
  keep: (row: Row) => Row | undefined
): AsyncGenerator<PartText> {
  let lines: string[] = []
  let length = 0
  let read = 0
  let last: Row | undefined
  for await (const batch of batches) {
    for (const row of batch) {
      read++
      const kept = keep(row)
      if (!kept) continue
      const line = rowToText(kept)
      lines.push(line)
      length += line.length + 1
      last = row
      if (length >= partTextBytes) {
        yield { text: `${lines.join('\n')}\n`, rows: lines.length, read, last }
        lines = []
        length = 0
        read = 0
      }
    }
  }
  if (read > 0) yield { text: lines.length > 0 ? `${lines.join('\n')}\n` : '', rows: lines.length, read, last }
}
