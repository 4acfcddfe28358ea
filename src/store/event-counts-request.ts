import { type RawBuilder, sql } from 'kysely'
import { checkRange, checkValues, invalid } from './query-border.ts'
import { countTables } from './tables-counts.ts'

/** What counts can be told apart by. Empty texts stand for what an event has not: a crowd has no label. */
export const dimensions = ['stream', 'kind', 'measure', 'label', 'direction'] as const
export type Dimension = (typeof dimensions)[number]

const { event_minutes: minuteMs, event_hours: hourMs } = countTables

export const periods = { minute: minuteMs, hour: hourMs, day: 24 * hourMs } as const
export type Period = keyof typeof periods

/** No answer has more counts than this. */
export const maxCounts = 50_000

export interface CountRequest {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[]
  readonly streams?: readonly string[]
  readonly kinds?: readonly string[]
  /** `line.door`; the empty text is what the tracker says. */
  readonly measures?: readonly string[]
  readonly labels?: readonly string[]
  /** `in` and `out` of lines. */
  readonly directions?: readonly string[]
  /** Epoch milliseconds of whole minutes, half-open: from `fromMs` to before `toMs`. */
  readonly fromMs: number
  readonly toMs: number
  readonly period: Period
  /** What is added to UTC, so that hours and days begin where people say; 0 where it is left out. The same for the whole range. */
  readonly utcOffsetMinutes?: number
  /** One count for each of what they have; all together where it is left out. */
  readonly groupBy?: readonly Dimension[]
}

/** Events of the period that begins at `fromMs`, which may lie before the range: only minutes in the range are counted. */
export type EventCount = { readonly fromMs: number; readonly events: number } & { readonly [Key in Dimension]?: string }

/** Throws SL_QUERY_INVALID for what cannot be asked. */
export function checkCountRequest(request: CountRequest): void {
  for (const name of ['permitted', 'streams', 'kinds', 'measures', 'labels', 'directions'] as const)
    checkValues(name, request[name])
  checkRange(request)
  const { fromMs, toMs, period, utcOffsetMinutes = 0, groupBy = [] } = request
  for (const time of [fromMs, toMs])
    if (!Number.isSafeInteger(time) || time % minuteMs !== 0)
      throw invalid(`The time ${time} is no whole minute: counts are kept by minute.`)
  if (!Object.hasOwn(periods, period))
    throw invalid(`The period “${period}” is none of ${Object.keys(periods).join(', ')}.`)
  if (!Number.isInteger(utcOffsetMinutes) || Math.abs(utcOffsetMinutes) > 1440)
    throw invalid(`The offset of ${utcOffsetMinutes} minutes is none between -1440 and 1440.`)
  const unknown = groupBy.find((name, index) => !dimensions.includes(name) || groupBy.indexOf(name) !== index)
  if (unknown !== undefined)
    throw invalid(`Counts cannot be grouped by “${unknown}”: each of ${dimensions.join(', ')} at most once.`)
}

/** Where the period begins that the time in `column` is in. Both databases' remainder has the sign of its dividend. */
export function periodBegin(
  column: string,
  { period, utcOffsetMinutes = 0 }: Pick<CountRequest, 'period' | 'utcOffsetMinutes'>
): RawBuilder<number> {
  const at = sql.ref(column)
  const length = sql.lit(periods[period])
  const shift = sql.lit(utcOffsetMinutes * periods.minute)
  return period === 'minute' ? sql`${at}` : sql`${at} - ((${at} + ${shift}) % ${length} + ${length}) % ${length}`
}
