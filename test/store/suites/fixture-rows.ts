import { type Kysely, sql } from 'kysely'
import type { StoreDatabase } from '../../../src/store/database.ts'
import type { Tables } from '../../../src/store/tables.ts'
import { noonMs } from './event-rows.ts'

/** Rows of every table by its name, bytes as `hex:…`: what a released version's store is known to hold. */
export type StoreContent = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>

/** Those that others refer to come first. */
const first = ['sites', 'users', 'assets']

/** The store's own tables with their columns; the partitions of PostgreSQL are not among them. */
export async function tablesOf(store: StoreDatabase) {
  const tables = await store.sql.introspection.getTables()
  return tables
    .filter(({ name }) => name !== 'store_history' && !/_(\d{4}_\d{2}|default)$/.test(name))
    .map(({ name, columns }) => ({ name: name as keyof Tables, columns }))
    .sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1))
}

/** Puts two rows into every table: one full, one with null wherever that is allowed. */
export async function fill(store: StoreDatabase): Promise<void> {
  for (const { name, columns } of await tablesOf(store)) {
    const rows = [1, 2].map(number =>
      Object.fromEntries(
        columns
          .filter(({ isAutoIncrementing, name: column }) => !isAutoIncrementing && column !== 'n')
          .map(column => [column.name, column.isNullable && number === 2 ? null : value(column, number)])
      )
    )
    await store.sql.transaction().execute(transaction => store.insertNew(transaction, name, rows as never))
  }
}

export async function contentOf(store: StoreDatabase): Promise<StoreContent> {
  const content: Record<string, Record<string, unknown>[]> = {}
  for (const { name } of await tablesOf(store)) {
    const rows = await allRows(store.sql, name)
    const readable = rows.map(row =>
      Object.fromEntries(
        Object.entries(row).map(([column, held]) => [
          column,
          held instanceof Uint8Array ? `hex:${Buffer.from(held).toString('hex')}` : held
        ])
      )
    )
    content[name] = readable.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  return content
}

async function allRows(database: Kysely<Tables>, table: string): Promise<Record<string, unknown>[]> {
  return (await sql<Record<string, unknown>>`select * from ${sql.id(table)}`.execute(database)).rows
}

function value({ name, dataType }: { readonly name: string; readonly dataType: string }, number: number): unknown {
  // The same in every table, so that what refers to another row finds it.
  if (/(^|_)(id|digest)$/.test(name) && /text/i.test(dataType)) return `key ${number}`
  if (/text/i.test(dataType)) return `${name} ${number}: ñ, 木, 👋`
  if (/blob|bytea/i.test(dataType)) return Uint8Array.of(0, number, 255)
  if (/real|double|float/i.test(dataType)) return number / 8
  return name.endsWith('_ms') ? noonMs + number * 1000 : number
}

function rank(table: string): number {
  const place = first.indexOf(table)
  return place < 0 ? first.length : place
}
