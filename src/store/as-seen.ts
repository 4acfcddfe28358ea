import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { changedSince } from '../core/changed-since.ts'

/** True of a row whose columns are still what somebody has seen: a change then is made of that alone, whoever else is at it. */
export function asSeen(columns: Readonly<Record<string, string | number | null>> | undefined): RawBuilder<SqlBool> {
  const same = Object.entries(columns ?? {}).map(([column, value]) =>
    value === null ? sql`${sql.ref(column)} is null` : sql`${sql.ref(column)} = ${value}`
  )
  return same.length > 0 ? sql<SqlBool>`(${sql.join(same, sql` and `)})` : sql<SqlBool>`1 = 1`
}

/** Whether a row was changed. @throws SL_PRECONDITION_FAILED for one that is not as somebody has seen it */
export function wasThere(rows: bigint, seen: unknown): boolean {
  if (rows === 0n && seen !== undefined) throw changedSince()
  return rows > 0n
}
