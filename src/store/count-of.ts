import type { SelectQueryBuilder } from 'kysely'
import type { Tables } from './tables.ts'

/** How many rows there are of a question. */
export async function countOf<Table extends keyof Tables>(
  query: SelectQueryBuilder<Tables, Table, object>
): Promise<number> {
  const { rows } = await query
    .select(({ fn }) => fn.countAll<number | bigint | string>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(rows)
}
