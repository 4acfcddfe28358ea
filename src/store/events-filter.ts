import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { checkRange, checkValues, invalid } from './query-border.ts'

/** Which events are asked for. What is left out excludes nothing; an empty list excludes everything. */
export interface EventFilter {
  /** Streams that the caller may see: left out for those who may see all. */
  readonly permitted?: readonly string[]
  readonly streams?: readonly string[]
  readonly kinds?: readonly string[]
  /** `line.door`; the empty text is what the tracker says. */
  readonly measures?: readonly string[]
  readonly labels?: readonly string[]
  readonly track?: { readonly stream: string; readonly epoch: number; readonly trackId: number }
  /** Those that this user has not marked as seen. */
  readonly unseenBy?: string
  /** Epoch milliseconds, half-open: from `fromMs` to before `toMs`. */
  readonly fromMs?: number
  readonly toMs?: number
}

/**
 * A list is looked up as one index range for each pair of a stream and a kind, up to this many; beyond, rows are gone
 * through in the order of time. Raise it for many streams of which each has little.
 */
const maxRanges = 32

/** Throws SL_QUERY_INVALID for what no filter can be. */
export function checkFilter(filter: EventFilter): void {
  for (const name of ['permitted', 'streams', 'kinds', 'measures', 'labels'] as const) checkValues(name, filter[name])
  checkRange(filter)
  const { track } = filter
  if (track && !(Number.isSafeInteger(track.epoch) && Number.isSafeInteger(track.trackId)))
    throw invalid(`The track ${track.stream}/${track.epoch}/${track.trackId} is none.`)
}

/** The streams that are asked for and permitted; undefined for all. */
export function streamsOf({ permitted, streams, track }: EventFilter): readonly string[] | undefined {
  const lists = [permitted, streams, track && [track.stream]].filter(list => list !== undefined)
  const [first, ...others] = lists.map(list => new Set(list))
  return first && [...others.reduce((left, right) => left.intersection(right), first)]
}

/** What a list is put together from: for each pair, a range of an index that is in the order of time. */
export interface EventRanges {
  /** A key that is left out stands for all. No pairs: no events. */
  readonly pairs: readonly { readonly stream?: string; readonly kind?: string }[]
  /** Further conditions, the same for each. */
  readonly rest: readonly RawBuilder<SqlBool>[]
}

export function rangesOf(database: Pick<StoreDatabase, 'kind'>, filter: EventFilter): EventRanges {
  const streams = streamsOf(filter)
  const kinds = filter.kinds && [...new Set(filter.kinds)]
  const eachStream = streams && streams.length <= maxRanges ? streams : [undefined]
  const eachKind = kinds && kinds.length * eachStream.length <= maxRanges ? kinds : [undefined]
  const rest: RawBuilder<SqlBool>[] = []
  if (streams && streams.length > maxRanges) rest.push(oneOf(database, 'stream', streams))
  if (kinds && kinds.length * eachStream.length > maxRanges) rest.push(oneOf(database, 'kind', kinds))
  if (filter.measures) rest.push(oneOf(database, 'measure', filter.measures))
  if (filter.labels) rest.push(oneOf(database, 'label', filter.labels))
  if (filter.track) rest.push(sql`epoch = ${filter.track.epoch}`, sql`track_id = ${filter.track.trackId}`)
  if (filter.unseenBy !== undefined)
    rest.push(sql`not exists (select 1 from seen_events where user_id = ${filter.unseenBy} and event_id = events.id)`)
  if (filter.fromMs !== undefined) rest.push(sql`at_ms >= ${filter.fromMs}`)
  if (filter.toMs !== undefined) rest.push(sql`at_ms < ${filter.toMs}`)
  return { pairs: eachStream.flatMap(stream => eachKind.map(kind => ({ stream, kind }))), rest }
}
