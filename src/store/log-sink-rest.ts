import { type Insertable, sql, type Transaction } from 'kysely'
import type { StoreDatabase } from './database.ts'
import type { Added, Numbered } from './log-sink-events.ts'
import { oneOf } from './one-of.ts'
import type { Tables } from './tables.ts'

type RestTable = 'tracks' | 'trajectory_heads' | 'trajectory_chunks' | 'measure_samples'
type RestRow = { readonly stream: string; readonly epoch: number }

/** What tells the rows of one stream and epoch apart. The first column narrows a search among them. */
const keys = {
  tracks: ['track_id'],
  trajectory_heads: ['epoch'],
  trajectory_chunks: ['chunk'],
  measure_samples: ['minute_ms', 'measure', 'name']
} as const

/** Adds the rows that are not there yet. They seldom are: only then those that are there are read, and compared. */
export async function addRest<Table extends RestTable>(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  table: Table,
  rows: readonly Numbered<Insertable<Tables[Table]> & RestRow>[]
): Promise<Added> {
  if (rows.length === 0) return { added: 0, clashes: [] }
  const first = new Map<string, Insertable<Tables[Table]>>()
  for (const { row } of rows) if (!first.has(keyOf(table, row))) first.set(keyOf(table, row), row)
  const added = await database.insertNew(transaction, table, [...first.values()])
  if (added === rows.length) return { added, clashes: [] }
  const stored = await storedRows(database, transaction, table, [...first.values()])
  const clashes = rows
    .filter(({ row }) => !same(row, stored.get(keyOf(table, row))!))
    .map(({ seq, row }) => ({ seq, id: keyOf(table, row) }))
  return { added, clashes }
}

async function storedRows(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  table: RestTable,
  rows: readonly RestRow[]
): Promise<Map<string, RestRow>> {
  const [narrow] = keys[table]
  const stored = new Map<string, RestRow>()
  for (const group of Map.groupBy(rows, row => `${row.stream}/${row.epoch}`).values()) {
    const { stream, epoch } = group[0]!
    const values = new Set(group.map(row => columnsOf(row)[narrow] as number))
    const found = await sql<RestRow>`
      select * from ${sql.table(table)}
      where stream = ${stream} and epoch = ${epoch} and ${oneOf(database, narrow, [...values])}`.execute(transaction)
    for (const row of found.rows) stored.set(keyOf(table, row), row)
  }
  return stored
}

function keyOf(table: RestTable, row: RestRow): string {
  return [row.stream, row.epoch, ...keys[table].map(column => columnsOf(row)[column])].join('/')
}

function same(row: object, stored: object | undefined): boolean {
  const other = stored && columnsOf(stored)
  return Object.entries(row).every(([column, value]) => {
    const there = other?.[column]
    return value instanceof Uint8Array
      ? there instanceof Uint8Array && Buffer.compare(value, there) === 0
      : value === there
  })
}

function columnsOf(row: object): Readonly<Record<string, unknown>> {
  return row as Readonly<Record<string, unknown>>
}
