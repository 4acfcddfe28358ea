import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { StoreDatabase } from './database.ts'

/**
 * True where `column` is one of `values`, however many: they travel as one parameter, so the statement's text stays
 * the same. False for no values at all.
 */
export function oneOf(
  { kind }: Pick<StoreDatabase, 'kind'>,
  column: string,
  values: readonly (string | number)[]
): RawBuilder<SqlBool> {
  return kind === 'sqlite'
    ? sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`
    : sql<SqlBool>`${sql.ref(column)} = any(${values})`
}
