import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Event } from '../contract/event.ts'
import type { StoreDatabase } from './database.ts'
import { checkFilter, type EventFilter, rangesOf } from './events-filter.ts'
import { type EventRow, eventOf } from './log-sink-rows.ts'
import { readCursor, writeCursor } from './page-cursor.ts'
import { pageRows } from './query-border.ts'

/** An event and its wall time in epoch milliseconds. */
export interface StoredEvent {
  readonly atMs: number
  readonly event: Event
}

export interface EventPageRequest extends EventFilter {
  /** Newest first where it is left out. */
  readonly order?: 'newest' | 'oldest'
  /** Most events of the page: 1 to 1,000, 100 where it is left out. */
  readonly limit?: number
  /** `next` of the page before, with the same filters and order. */
  readonly cursor?: string
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined
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
    const rows = pageRows(limit)
    const question = { list: 'events', order, ...filter }
    const after = cursor === undefined ? undefined : readCursor(question, cursor, ['number', 'number'])
    const ranges = rangesOf(this.#database, filter)
    if (ranges.length === 0) return { items: [], next: undefined }
    const found = await this.#rows(ranges, order, rows + 1, after as readonly [number, number] | undefined)
    const last = found[rows - 1]
    return {
      items: found.slice(0, rows).map(row => ({ atMs: row.at_ms, event: eventOf(row) })),
      next: found.length > rows && last ? writeCursor(question, [last.at_ms, last.n]) : undefined
    }
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
    after: readonly [number, number] | undefined
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
