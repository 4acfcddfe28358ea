import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Event } from '../contract/event.ts'
import type { StoreDatabase } from './database.ts'
import { checkFilter, type EventFilter, rangesOf } from './events-filter.ts'
import { type EventRow, eventOf } from './log-sink-rows.ts'
import { type Page, type PagePlace, type PageRequest, readPage } from './page-cursor.ts'

/** An event and its wall time in epoch milliseconds. */
export interface StoredEvent {
  readonly atMs: number
  readonly event: Event
}

export interface EventPageRequest extends EventFilter, PageRequest {
  /** Newest first where it is left out. */
  readonly order?: 'newest' | 'oldest'
}

type StoredRow = EventRow & { readonly n: number }

const columns = sql.raw('n, id, stream, epoch, kind, measure, track_id, label, at_ms, pts_ms, frame, detail')

/** Questions to the events. */
export class Events {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /**
   * Events in the order of their time, and of arrival within a millisecond. An event that arrives late takes its place
   * in time: a page that was passed does not show it. Throws SL_QUERY_INVALID for filters, limits and cursors that are none.
   */
  async page({ order = 'newest', limit, cursor, ...filter }: EventPageRequest): Promise<Page<StoredEvent>> {
    checkFilter(filter)
    const ranges = rangesOf(this.#database, filter)
    const { items, next } = await readPage(
      { limit, cursor },
      {
        question: { list: 'events', order, ...filter },
        place: ['number', 'number'],
        placeOf: (row: StoredRow) => [row.at_ms, row.n],
        rows: async (most, after) => (ranges.length === 0 ? [] : this.#rows(ranges, order, most, after))
      }
    )
    return { items: items.map(row => ({ atMs: row.at_ms, event: eventOf(row) })), next }
  }

  /** Undefined for an id that no event has, and for one of a stream that is not among the permitted. */
  async byId(id: string, permitted?: readonly string[]): Promise<StoredEvent | undefined> {
    const [stream = '', epoch = ''] = id.split('/', 2)
    if (permitted && !permitted.includes(stream)) return undefined
    const span = await this.#database.sql
      .selectFrom('event_spans')
      .select(['from_ms', 'to_ms'])
      .where('stream', '=', stream)
      .where('epoch', '=', /^[1-9]\d{0,8}$/.test(epoch) ? Number(epoch) : 0)
      .executeTakeFirst()
    if (!span) return undefined
    const row = await this.#database.sql
      .selectFrom('events')
      .selectAll()
      .where('id', '=', id)
      .where('at_ms', '>=', span.from_ms)
      .where('at_ms', '<=', span.to_ms)
      .executeTakeFirst()
    return row && { atMs: row.at_ms, event: eventOf(row) }
  }

  /** Each range comes in the order of time by its index, so that merging them reads little more than the page. */
  async #rows(
    ranges: readonly RawBuilder<SqlBool>[],
    order: 'newest' | 'oldest',
    limit: number,
    after: PagePlace | undefined
  ): Promise<readonly StoredRow[]> {
    const direction = sql.raw(order === 'newest' ? 'desc' : 'asc')
    // The first comparison repeats the second for PostgreSQL, which passes over partitions by it.
    const [before, comparison] = order === 'newest' ? ['<=', '<'] : ['>=', '>']
    const place = after
      ? sql`and at_ms ${sql.raw(before!)} ${after[0]} and (at_ms, n) ${sql.raw(comparison!)} (${after[0]}, ${after[1]})`
      : sql``
    const selects = ranges.map(range => sql`select ${columns} from events where ${range} ${place}`)
    const { rows } = await sql<StoredRow>`
      ${sql.join(selects, sql` union all `)} order by at_ms ${direction}, n ${direction} limit ${limit}
    `.execute(this.#database.sql)
    return rows
  }
}
