import { type RawBuilder, sql } from 'kysely'
import type { Tables } from './tables.ts'

/**
 * For `with recursive`: `found(stream)`, the streams of a table whose key begins with them, and a null at the end. Read
 * by skipping from one to the next, however many rows each has.
 */
export function streamsFound(table: keyof Tables): RawBuilder<unknown> {
  const from = sql.table(table)
  return sql`found(stream) as (
      select min(stream) from ${from}
      union all
      select (select min(stream) from ${from} where stream > found.stream) from found where found.stream is not null
    )`
}
