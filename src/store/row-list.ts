import { type RawBuilder, sql } from 'kysely'
import type { StoreDatabase } from './database.ts'

/**
 * Rows as something to select from, with these columns in this order. However many they are, they travel in few
 * parameters, so the statement's text stays the same.
 */
export function rowList<Column extends string>(
  { kind }: Pick<StoreDatabase, 'kind'>,
  columns: Readonly<Record<Column, 'text' | 'bigint'>>,
  rows: readonly Readonly<Record<Column, string | number>>[]
): RawBuilder<unknown> {
  const names = Object.keys(columns) as Column[]
  if (kind === 'postgres') {
    const arrays = names.map(name => sql`${rows.map(row => row[name])}::${sql.raw(columns[name])}[]`)
    return sql`unnest(${sql.join(arrays)}) as list(${sql.join(names.map(name => sql.ref(name)))})`
  }
  const values = JSON.stringify(rows.map(row => names.map(name => row[name])))
  const picked = names.map((name, index) => sql`value ->> ${sql.lit(index)} as ${sql.ref(name)}`)
  return sql`(select ${sql.join(picked)} from json_each(${values})) as list`
}
