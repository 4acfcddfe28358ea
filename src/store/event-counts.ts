import { type RawBuilder, sql } from 'kysely'
import type { StoreDatabase } from './database.ts'
import { fillGaps } from './event-counts-fill.ts'
import { type CountPart, countParts, partSums } from './event-counts-parts.ts'
import { type CountRequest, checkCountRequest, type EventCount, maxCounts } from './event-counts-request.ts'
import { invalid, tooLarge } from './query-border.ts'
import { streamsFound } from './streams-found.ts'
import type { CountTable } from './tables-counts.ts'

/** Most places of a ranking. */
const maxPlaces = 100

export type RankedCount = EventCount & { readonly place: number }

/** Questions to the counts by minute and by hour: the events themselves are not read, and may be gone. */
export class EventCounts {
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
    const sums = await this.#sums(request)
    const { rows } = await sql<EventCount>`
      select * from (${sums}) as sums
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
    const sums = await this.#sums(request)
    const { rows } = await sql<RankedCount>`
      select * from (
        select sums.*, row_number() over (partition by "fromMs" order by ${sql.join([sql`events desc`, ...keys])}) as place
        from (${sums}) as sums
      ) as ranked
      where place <= ${places} order by "fromMs", place limit ${maxCounts + 1}`.execute(this.#database.sql)
    if (rows.length > maxCounts) throw tooLarge(maxCounts, 'places')
    return rows
  }

  async #sums(request: CountRequest): Promise<RawBuilder<unknown>> {
    const keys = (request.groupBy ?? []).map(name => sql.ref(name))
    const parts = await Promise.all(
      countParts(request).map(async part => partSums(this.#database, request, part, await this.#streams(request, part)))
    )
    if (parts.length === 1) return parts[0]!
    return sql`
      select ${sql.join([sql.ref('fromMs'), ...keys])}, cast(sum(events) as bigint) as events
      from (${sql.join(parts, sql` union all `)}) as parts group by ${sql.join([sql`1`, ...keys])}`
  }

  /** All that are asked about. As values the planner knows how many they are, and looks them up in a hash. */
  async #streams({ permitted, streams }: CountRequest, { table }: CountPart): Promise<readonly string[]> {
    if (permitted && streams) return streams.filter(stream => permitted.includes(stream))
    return permitted ?? streams ?? (await streamsOf(this.#database, table))
  }
}

async function streamsOf(database: StoreDatabase, table: CountTable): Promise<readonly string[]> {
  const { rows } = await sql<{ stream: string }>`
    with recursive ${streamsFound(table)} select stream from found where stream is not null`.execute(database.sql)
  return rows.map(({ stream }) => stream)
}
