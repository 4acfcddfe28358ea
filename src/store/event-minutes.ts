import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { StoreDatabase } from './database.ts'
import { fillGaps } from './event-minutes-fill.ts'
import {
  type CountRequest,
  checkCountRequest,
  type EventCount,
  maxCounts,
  periodBegin
} from './event-minutes-request.ts'
import { oneOf } from './one-of.ts'
import { invalid, tooLarge } from './query-border.ts'

/** Most places of a ranking. */
const maxPlaces = 100

export type RankedCount = EventCount & { readonly place: number }

/** Questions to the counts by minute: the events themselves are not read, and may be gone. */
export class EventMinutes {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /**
   * Counts in the order of time, then of the dimensions; with `fill`, also noughts for the periods in which a group has
   * nothing. Throws SL_QUERY_INVALID for what cannot be asked, SL_QUERY_TOO_LARGE beyond 50,000 counts.
   */
  async counts({
    fill = false,
    ...request
  }: CountRequest & { readonly fill?: boolean }): Promise<readonly EventCount[]> {
    checkCountRequest(request)
    const keys = (request.groupBy ?? []).map(name => sql.ref(name))
    const { rows } = await sql<EventCount>`
      select * from (${this.#sums(request)}) as sums
      order by ${sql.join([sql.ref('fromMs'), ...keys])} limit ${maxCounts + 1}`.execute(this.#database.sql)
    const counts = fill ? fillGaps(rows, request) : rows
    if (counts.length > maxCounts) throw tooLarge(maxCounts, 'counts')
    return counts
  }

  /**
   * The groups with most events of each period, the first in place 1; equal ones are in the order of their names.
   * `groupBy` says what is ranked, and `places` (1 to 100, 10 where it is left out) how many.
   * Throws SL_QUERY_INVALID, SL_QUERY_TOO_LARGE beyond 50,000 places in all.
   */
  async ranking({
    places = 10,
    ...request
  }: CountRequest & { readonly places?: number }): Promise<readonly RankedCount[]> {
    checkCountRequest(request)
    if (!(Number.isInteger(places) && places >= 1 && places <= maxPlaces))
      throw invalid(`A ranking of ${places} places was asked for: it may have 1 to ${maxPlaces}.`)
    const keys = (request.groupBy ?? []).map(name => sql.ref(name))
    if (keys.length === 0) throw invalid('A ranking needs `groupBy`: what is to be ranked.')
    const { rows } = await sql<RankedCount>`
      select * from (
        select sums.*, row_number() over (partition by "fromMs" order by ${sql.join([sql`events desc`, ...keys])}) as place
        from (${this.#sums(request)}) as sums
      ) as ranked
      where place <= ${places} order by "fromMs", place limit ${maxCounts + 1}`.execute(this.#database.sql)
    if (rows.length > maxCounts) throw tooLarge(maxCounts, 'places')
    return rows
  }

  #sums(request: CountRequest): RawBuilder<unknown> {
    const keys = (request.groupBy ?? []).map(name => sql.ref(name))
    const begin = periodBegin(request)
    return sql`
      select ${sql.join([sql`${begin} as "fromMs"`, ...keys])}, cast(sum(events) as bigint) as events
      from event_minutes where ${this.#condition(request)} group by ${sql.join([sql`1`, ...keys])}`
  }

  #condition({
    permitted,
    streams,
    kinds,
    measures,
    labels,
    directions,
    fromMs,
    toMs
  }: CountRequest): RawBuilder<SqlBool> {
    const filters = [
      ['stream', permitted],
      ['stream', streams],
      ['kind', kinds],
      ['measure', measures],
      ['label', labels],
      ['direction', directions]
    ] as const
    const conditions = filters.flatMap(([column, values]) => (values ? [oneOf(this.#database, column, values)] : []))
    // Stream by stream, since the table is kept so: one after another they are read no further than the range.
    if (!permitted && !streams) {
      const all = sql`(select distinct stream from event_spans)`
      conditions.push(this.#database.kind === 'postgres' ? sql`stream = any(array${all})` : sql`stream in ${all}`)
    }
    return sql`minute_ms >= ${fromMs} and minute_ms < ${toMs}${sql.join([sql``, ...conditions], sql` and `)}`
  }
}
