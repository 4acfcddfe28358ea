import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { StoreDatabase } from './database.ts'
import { type CountRequest, type Dimension, periodBegin, periods } from './event-counts-request.ts'
import { oneOf } from './one-of.ts'
import { type CountTable, countTables } from './tables-counts.ts'

/** A piece of a range, and the coarsest counts that it can be answered from. */
export interface CountPart {
  readonly table: CountTable
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Hours for the whole hours of the range, minutes for what is left at its ends; minutes alone where a period does not
 * consist of the hours of UTC. In the order of time; none is empty where the range is not.
 */
export function countParts({ fromMs, toMs, period, utcOffsetMinutes = 0 }: CountRequest): CountPart[] {
  const hourMs = countTables.event_hours
  const ofHours = periods[period] % hourMs === 0 && (utcOffsetMinutes * periods.minute) % hourMs === 0
  const firstMs = Math.ceil(fromMs / hourMs) * hourMs
  const lastMs = Math.floor(toMs / hourMs) * hourMs
  if (!ofHours || firstMs >= lastMs) return [{ table: 'event_minutes', fromMs, toMs }]
  const parts: readonly CountPart[] = [
    { table: 'event_minutes', fromMs, toMs: firstMs },
    { table: 'event_hours', fromMs: firstMs, toMs: lastMs },
    { table: 'event_minutes', fromMs: lastMs, toMs }
  ]
  return parts.filter(part => part.fromMs < part.toMs)
}

/** What the tables' keys begin with: rows come in this order without being sorted. */
const orderOfRows = ['stream', 'from_ms', 'kind', 'measure'] as const

/** Sums of one part by period and group. `streams`: all that are asked about. */
export function partSums(
  database: StoreDatabase,
  request: CountRequest,
  { table, fromMs, toMs }: CountPart,
  streams: readonly string[]
): RawBuilder<unknown> {
  const { kinds, measures, labels, directions, groupBy = [] } = request
  const filters = [
    ['kind', kinds],
    ['measure', measures],
    ['label', labels],
    ['direction', directions]
  ] as const
  const conditions = [
    // Stream by stream, since the tables are kept so: one after another they are read no further than the range.
    oneOf(database, 'stream', streams),
    sql<SqlBool>`from_ms >= ${fromMs} and from_ms < ${toMs}`,
    ...filters.flatMap(([column, values]) => (values ? [oneOf(database, column, values)] : []))
  ]
  const source = sql`${sql.table(table)} where ${sql.join(conditions, sql` and `)}`
  const keys = groupBy.map(name => sql.ref(name))
  return sql`
    select ${sql.join([sql`${periodBegin('from_ms', request)} as "fromMs"`, ...keys])},
      cast(sum(events) as bigint) as events
    from ${database.kind === 'sqlite' ? addedInOrder(source, groupBy) : source} group by ${sql.join([sql`1`, ...keys])}`
}

/**
 * SQLite sorts what it groups. Adding up first what lies next to each other leaves it a quarter to sort; PostgreSQL
 * needs no order.
 */
function addedInOrder(source: RawBuilder<unknown>, groupBy: readonly Dimension[]): RawBuilder<unknown> {
  const last = Math.max(1, ...groupBy.map(name => (orderOfRows as readonly string[]).indexOf(name)))
  if (groupBy.some(name => name === 'label' || name === 'direction')) return source
  const keys = sql.join(orderOfRows.slice(0, last + 1).map(name => sql.ref(name)))
  return sql`(select ${keys}, sum(events) as events from ${source} group by ${keys}) as rows`
}
