import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Event } from '../contract/event.ts'
import type { StoreDatabase } from './database.ts'
import { checkFilter, type EventFilter, type EventRanges, rangesOf } from './events-filter.ts'
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
        rows: async (most, after) => (ranges.pairs.length === 0 ? [] : this.#rows(ranges, order, most, after))
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

  /** Of each range no more is read than the page could need. */
  async #rows(
    { pairs, rest }: EventRanges,
    order: 'newest' | 'oldest',
    limit: number,
    after: PagePlace | undefined
  ): Promise<readonly StoredRow[]> {
    const newest = order === 'newest'
    const inOrder = newest ? sql`order by at_ms desc, n desc limit ${limit}` : sql`order by at_ms, n limit ${limit}`
    const conditions = [...rest]
    if (after) {
      // The first repeats the second for PostgreSQL, which passes over partitions by it.
      conditions.push(sql`at_ms ${sql.raw(newest ? '<=' : '>=')} ${after[0]}`)
      conditions.push(sql`(at_ms, n) ${sql.raw(newest ? '<' : '>')} (${sql.join(after)})`)
    }
    const range = (own: readonly RawBuilder<SqlBool>[]) =>
      sql`(select ${columns} from events where ${sql.join([sql`1 = 1`, ...own, ...conditions], sql` and `)} ${inOrder})`
    const source = this.#database.kind === 'postgres' && pairs.length > 1 ? lateral(pairs, range) : united(pairs, range)
    const { rows } = await sql<StoredRow>`select ${columns} from ${source} ${inOrder}`.execute(this.#database.sql)
    return rows
  }
}

type Pairs = EventRanges['pairs']
type Range = (own: readonly RawBuilder<SqlBool>[]) => RawBuilder<unknown>

/** The ranges one after another: SQLite has no lateral joins, and reads a hundred of these as fast as one. */
function united(pairs: Pairs, range: Range): RawBuilder<unknown> {
  const ranges = pairs.map(({ stream, kind }) => {
    const own: RawBuilder<SqlBool>[] = []
    if (stream !== undefined) own.push(sql`stream = ${stream}`)
    if (kind !== undefined) own.push(sql`kind = ${kind}`)
    return sql`select * from ${range(own)} as each_range`
  })
  return sql`(${sql.join(ranges, sql` union all `)}) as ranges`
}

/** The same as one query in another, since PostgreSQL plans each member of a union for each of its partitions. */
function lateral(pairs: Pairs, range: Range): RawBuilder<unknown> {
  const own: RawBuilder<SqlBool>[] = []
  if (pairs[0]!.stream !== undefined) own.push(sql`stream = asked.stream_asked`)
  if (pairs[0]!.kind !== undefined) own.push(sql`kind = asked.kind_asked`)
  const streams = pairs.map(({ stream }) => stream ?? null)
  const kinds = pairs.map(({ kind }) => kind ?? null)
  const asked = sql`unnest(${streams}::text[], ${kinds}::text[]) as asked(stream_asked, kind_asked)`
  return sql`${asked} cross join lateral ${range(own)} as ranges`
}
