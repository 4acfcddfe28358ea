import { sql } from 'kysely'
import type { StoreDatabase } from './database.ts'
import { type Period, periodBegin, periods } from './event-counts-request.ts'
import { oneOf } from './one-of.ts'
import { checkRange, checkValues, invalid, tooLarge } from './query-border.ts'

/** No answer has more of them than this. */
const maxSamples = 50_000

export interface SampleRequest {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[]
  readonly stream: string
  /** `zone.hall`. */
  readonly measures?: readonly string[]
  /** What was measured: `occupancy`. */
  readonly names?: readonly string[]
  /** Epoch milliseconds of whole minutes, half-open: from `fromMs` to before `toMs`. */
  readonly fromMs: number
  readonly toMs: number
  readonly period: Period
  /** What is added to UTC, so that hours and days begin where people say; 0 where it is left out. */
  readonly utcOffsetMinutes?: number
}

/** A measure's numbers of the period that begins at `fromMs`; their mean is `sum ÷ count`. */
export interface PeriodSample {
  readonly fromMs: number
  readonly measure: string
  readonly name: string
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

/**
 * What a stream's measures were, by time, then by measure and name; only periods in which they were measured.
 * Throws SL_QUERY_INVALID for what cannot be asked, SL_QUERY_TOO_LARGE beyond 50,000 samples.
 */
export async function periodSamples(database: StoreDatabase, request: SampleRequest): Promise<readonly PeriodSample[]> {
  const { permitted, stream, measures, names, fromMs, toMs, period } = request
  for (const [name, values] of Object.entries({ permitted, measures, names })) checkValues(name, values)
  checkRange(request)
  if (!Object.hasOwn(periods, period))
    throw invalid(`The period “${period}” is none of ${Object.keys(periods).join(', ')}.`)
  if (permitted && !permitted.includes(stream)) return []
  const conditions = [sql`stream = ${stream}`, sql`minute_ms >= ${fromMs}`, sql`minute_ms < ${toMs}`]
  if (measures) conditions.push(oneOf(database, 'measure', measures))
  if (names) conditions.push(oneOf(database, 'name', names))
  const { rows } = await sql<PeriodSample>`
    select * from (
      select ${periodBegin('minute_ms', request)} as "fromMs", measure, name, cast(sum(count) as bigint) as count, sum(sum) as sum,
        min(min) as min, max(max) as max
      from measure_samples where ${sql.join(conditions, sql` and `)} group by 1, measure, name
    ) as samples
    order by "fromMs", measure, name limit ${maxSamples + 1}`.execute(database.sql)
  if (rows.length > maxSamples) throw tooLarge(maxSamples, 'samples')
  return rows
}
