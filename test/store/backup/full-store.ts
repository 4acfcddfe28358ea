import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { type BackedUpTable, backedUpTables } from '../../../src/store/backup/backup-tables.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'

const wholeMs = 1_763_000_000_000

/** Values that formats get wrong: of every type, the odd ones first. */
const texts = ['', 'a "quoted" \\ line\nand a tab\t', 'Zürich 東京 🎥 e\u0301', '{"bytes":"AA=="}', '%s $1 \\N \\.']
const integers = [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 33]
const reals = [0.1, -1e-300, 1.7976931348623157e308, 123456789.12345679, Number.POSITIVE_INFINITY]

/** Columns in which odd values have no place: their table's rows refer to each other, or lie in a time. */
const fixed: Readonly<Record<string, (n: number) => unknown>> = {
  'streams.site_id': n => (n % 2 === 0 ? null : `sites ${n}`),
  'grants.user_id': n => `users ${n}`,
  'tokens.user_id': n => `users ${n}`,
  'seen_events.user_id': n => `users ${n}`,
  'share_links.user_id': n => `users ${n}`,
  'share_links.recording': n => `recordings ${n}`,
  'identities.user_id': n => `users ${n}`,
  'site_identities.site_id': n => `sites ${n}`,
  'site_identity_tracks.identity_id': n => `site_identities ${n}`,
  'asset_references.digest': n => digestOf(n),
  'assets.digest': n => digestOf(n),
  'assets.state': () => 'ready',
  'assets.bytes': n => contentOf(n).byteLength,
  'trajectory_chunks.bytes': n => Buffer.from(Array.from({ length: 300 }, (_, index) => (index * n) & 255)),
  'trajectory_chunks.checksum': n => 4294967295 - n
}

export function contentOf(n: number): Uint8Array {
  return Buffer.from(`content ${n} `.repeat(1 + (n % 50) * 40))
}

export function digestOf(n: number): string {
  return createHash('sha256').update(contentOf(n)).digest('hex')
}

/** Adds `rows` rows to every table that is backed up, with values of every type. */
export async function fillStore(database: StoreDatabase, rows: number, from = 1): Promise<void> {
  const tables = await database.sql.introspection.getTables()
  for (const name of backedUpTables) {
    const { columns } = tables.find(table => table.name === name)!
    const made = Array.from({ length: rows }, (_, index) =>
      Object.fromEntries(
        columns.map(column => [
          column.name,
          madeValue(name, column.name, column.dataType, column.isNullable, from + index)
        ])
      )
    )
    await database.sql.transaction().execute(transaction => database.insertNew(transaction, name, made as never))
  }
}

function madeValue(table: BackedUpTable, column: string, type: string, nullable: boolean, n: number): unknown {
  const own = fixed[`${table}.${column}`]
  if (own) return own(n)
  if (column === 'n') return n * 3
  // SQLite says of every key but its own row number that it may be null.
  if (nullable && n % 3 === 0 && !isKey(table, column)) return null
  if (/int/i.test(type)) {
    const small = /^(integer|int4)$/i.test(type) && !column.endsWith('_ms')
    if (column.endsWith('_ms')) return wholeMs + n * 60_000
    return small || column === 'epoch' ? n : integers[n % integers.length]
  }
  if (/real|double|float/i.test(type)) return reals[n % reals.length]
  return isKey(table, column) ? `${table} ${n}` : `${texts[n % texts.length]}${n % 7}`
}

const keys = /^(id|name|key|stream|user_id|digest|kind|owner|measure|label)$/
function isKey(table: BackedUpTable, column: string): boolean {
  return keys.test(column) && !(table === 'streams' && column === 'title')
}

/** Every table's rows, in an order of their own content: what two equal stores have in common. */
export async function contentsOf(database: StoreDatabase): Promise<Record<string, readonly string[]>> {
  const contents: Record<string, readonly string[]> = {}
  for (const table of backedUpTables) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(database.sql)
    contents[table] = rows.map(text).sort()
  }
  return contents
}

function text(row: Readonly<Record<string, unknown>>): string {
  return Object.keys(row)
    .sort()
    .map(key => {
      const value = row[key]
      if (value instanceof Uint8Array) return `${key}=x${Buffer.from(value).toString('hex')}`
      return `${key}=${typeof value}:${String(value)}`
    })
    .join(' ')
}
