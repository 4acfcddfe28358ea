import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { type Page, type PageRequest, readPage } from './page-cursor.ts'
import { checkRange, checkValues } from './query-border.ts'
import type { Tables } from './tables.ts'

/** A list of what streams have, the newest first. */
export interface NewestRequest extends PageRequest {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[]
  readonly streams?: readonly string[]
  /** Epoch milliseconds of the list's own time, half-open: from `fromMs` to before `toMs`. */
  readonly fromMs?: number
  readonly toMs?: number
}

export interface NewestList<Table extends 'clips' | 'recordings', Item> {
  readonly table: Table
  /** Column of its time; ids decide among those of one millisecond. */
  readonly time: string & keyof Tables[Table]
  readonly itemOf: (row: Selectable<Tables[Table]>) => Item
  readonly placeOf: (item: Item) => readonly [ms: number, id: string]
}

/** Throws SL_QUERY_INVALID. */
export function newestFirst<Table extends 'clips' | 'recordings', Item>(
  database: StoreDatabase,
  { table, time, itemOf, placeOf }: NewestList<Table, Item>,
  { limit, cursor, ...filter }: NewestRequest
): Promise<Page<Item>> {
  const { permitted, streams, fromMs, toMs } = filter
  checkValues('permitted', permitted)
  checkValues('streams', streams)
  checkRange(filter)
  const at = sql.ref(time)
  const kept: RawBuilder<unknown>[] = [sql`1 = 1`]
  if (permitted) kept.push(oneOf(database, 'stream', permitted))
  if (streams) kept.push(oneOf(database, 'stream', streams))
  if (fromMs !== undefined) kept.push(sql`${at} >= ${fromMs}`)
  if (toMs !== undefined) kept.push(sql`${at} < ${toMs}`)
  return readPage(
    { limit, cursor },
    {
      question: { list: table, ...filter },
      place: ['number', 'string'],
      placeOf,
      rows: async (most, after) => {
        const [ms, id] = after ?? []
        const beyond = after ? [...kept, sql`(${at} < ${ms} or (${at} = ${ms} and id < ${id}))`] : kept
        const { rows } = await sql<Selectable<Tables[Table]>>`select * from ${sql.table(table)}
          where ${sql.join(beyond, sql` and `)} order by ${at} desc, id desc limit ${most}`.execute(database.sql)
        return rows.map(itemOf)
      }
    }
  )
}
