import { SightlineError } from '../../core/errors.ts'

/** What is not written as it is. Most texts have none of it, so they are looked through once. */
const special = /[\\\t\n\r\0]/
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/**
 * Rows in the text format of COPY (PostgreSQL's manual, "COPY", file formats): fields parted by tabs, rows by line
 * feeds, `\N` for null. Throws SL_STORE_REFUSED for a text with a NUL, which PostgreSQL cannot keep.
 */
export function copyText(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
  table: string
): string {
  let text = ''
  for (const row of rows) {
    for (let index = 0; index < columns.length; index++) {
      if (index > 0) text += '\t'
      const value = row[columns[index]!]
      if (typeof value === 'number') text += value
      else if (typeof value === 'string') text += field(value, table, columns[index]!)
      else if (value === null || value === undefined) text += '\\N'
      else if (value instanceof Uint8Array) text += `\\\\x${hex(value)}`
      else throw new SightlineError('SL_STORE_REFUSED', `${table}.${columns[index]} was given a ${typeof value}.`)
    }
    text += '\n'
  }
  return text
}

function field(value: string, table: string, column: string): string {
  if (!special.test(value)) return value
  if (value.includes('\0'))
    throw new SightlineError('SL_STORE_REFUSED', `The text for ${table}.${column} has a NUL in it; leave that out.`)
  return value.replace(/[\\\t\n\r]/g, sign => escapes[sign]!)
}

function hex({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex')
}
