import { type Insertable, sql, type Transaction } from 'kysely'
import type { StoreDatabase } from './database.ts'
import type { Added, Numbered } from './log-sink-events.ts'
import { oneOf } from './one-of.ts'
import type { Tables } from './tables.ts'

type RestTable = 'tracks' | 'track_looks' | 'trajectory_heads' | 'trajectory_chunks' | 'measure_samples'
type RestRow = { readonly stream: string; readonly epoch: number }

/** What tells the rows of one stream and epoch apart. The first column narrows a search among them. */
const keys = {
  tracks: ['track_id'],
  track_looks: ['track_id'],
  trajectory_heads: ['epoch'],
  trajectory_chunks: ['chunk'],
  measure_samples: ['minute_ms', 'measure', 'name']
} as const

/** Adds the rows that are not there yet. They seldom are: only then are the stored ones read and compared. */
export async function addRest<Table extends RestTable>(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  table: Table,
  rows: readonly Numbered<Insertable<Tables[Table]> & RestRow>[]
): Promise<Added> {
  if (rows.length === 0) return { added: 0, clashes: [] }
  const first = new Map<string, Insertable<Tables[Table]> & RestRow>()
  for (const { row } of rows) if (!first.has(keyOf(table, row))) first.set(keyOf(table, row), row)
  const unique = [...first.values()]
  // PostgreSQL's key of a chunk has its time too: there, a chunk of the same number and another time would be new.
  const known = table === 'trajectory_chunks' ? await storedRows(database, transaction, table, unique) : new Map()
  const fresh = unique.filter(row => !known.has(keyOf(table, row)))
  const added = await database.insertNew(transaction, table, fresh)
  if (added === rows.length) return { added, clashes: [] }
  const stored = await storedRows(database, transaction, table, unique)
  const clashes = rows
    .filter(({ row }) => !same(row, stored.get(keyOf(table, row))))
    .map(({ seq, row }) => ({ seq, id: keyOf(table, row) }))
  return { added, clashes }
}

/** The rows with the keys of these, and others. Without `bytes`, for which their checksum stands. */
async function storedRows(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  table: RestTable,
  rows: readonly RestRow[]
): Promise<Map<string, RestRow>> {
  const [narrow] = keys[table]
  const distinct = (column: string) => [...new Set(rows.map(row => columnsOf(row)[column] as string | number))]
  const columns = Object.keys(rows[0]!).filter(column => column !== 'bytes')
  const found = await sql<RestRow>`
    select ${sql.join(columns.map(column => sql.ref(column)))} from ${sql.table(table)}
    where ${oneOf(database, 'stream', distinct('stream'))}
      and ${oneOf(database, 'epoch', distinct('epoch'))}
      and ${oneOf(database, narrow, distinct(narrow))}`.execute(transaction)
  return new Map(found.rows.map(row => [keyOf(table, row), row]))
}

function keyOf(table: RestTable, row: RestRow): string {
  return [row.stream, row.epoch, ...keys[table].map(column => columnsOf(row)[column])].join('/')
}

function same(row: RestRow, stored: RestRow | undefined): boolean {
  if (!stored) return false
  const other = columnsOf(stored)
  return Object.entries(row).every(([column, value]) => column === 'bytes' || value === other[column])
}

function columnsOf(row: object): Readonly<Record<string, unknown>> {
  return row as Readonly<Record<string, unknown>>
}
