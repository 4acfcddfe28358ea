import { type RawBuilder, sql } from 'kysely'
import type { StoreDatabase } from './database.ts'
import type { StoredEvent } from './events.ts'
import { type EventRow, eventOf } from './log-sink-rows.ts'

export interface EventsAfterRequest {
  readonly stream: string
  /** Of the event to go on behind. */
  readonly id: string
  /** At most so many. */
  readonly limit: number
  /** Begins with that event itself. */
  readonly inclusive?: boolean
}

/**
 * Events of a stream behind one of them, in the order in which they happened: epoch by epoch, and within one as its log
 * has them. However far back that is, no more is read than is given. Undefined where the stream has no such event.
 */
export async function eventsAfter(
  database: StoreDatabase,
  { stream, id, limit, inclusive = false }: EventsAfterRequest
): Promise<readonly StoredEvent[] | undefined> {
  const place = await placeOf(database, stream, id)
  if (!place) return undefined
  const { rows } = await following({ stream, limit, inclusive, ...place }).execute(database.sql)
  return rows.map(row => ({ atMs: row.at_ms, event: eventOf(row) }))
}

/**
 * What is left of an epoch, then the later ones. Apart, since SQLite finds `(epoch, n) > (…)` by the epoch alone and
 * reads all of it; as one order, since both are read in it and neither is longer than is asked for.
 */
export function following(from: Place & Omit<Required<EventsAfterRequest>, 'id'>): RawBuilder<EventRow> {
  const { stream, limit, inclusive, epoch, n, from_ms: fromMs } = from
  const columns = sql.raw('n, id, stream, epoch, kind, measure, track_id, label, at_ms, pts_ms, frame, detail')
  // Nothing that follows is older than the first of its epoch and of all later ones: PostgreSQL passes over partitions by it.
  const those = sql`select ${columns} from events where stream = ${stream} and at_ms >= ${fromMs}`
  return sql<EventRow>`
    select ${columns} from (
      select * from (${those} and epoch = ${epoch} and n ${sql.raw(inclusive ? '>=' : '>')} ${n} order by n limit ${limit}) as same
      union all
      select * from (${those} and epoch > ${epoch} order by epoch, n limit ${limit}) as later
    ) as following order by epoch, n limit ${limit}`
}

/** Where an event is, and when the first of its epoch and of all later ones happened. */
export interface Place {
  readonly epoch: number
  readonly n: number
  readonly from_ms: number
}

async function placeOf(database: StoreDatabase, stream: string, id: string): Promise<Place | undefined> {
  const [owner, epochText = ''] = id.split('/', 2)
  if (owner !== stream || !/^[1-9]\d{0,8}$/.test(epochText) || id.includes('\0')) return undefined
  const { rows } = await sql<Place>`
    select events.epoch, events.n,
      (select min(later.from_ms) from event_spans as later where later.stream = ${stream} and later.epoch >= ${Number(epochText)}) as from_ms
    from event_spans as span
    join events on events.id = ${id} and events.at_ms >= span.from_ms and events.at_ms <= span.to_ms
    where span.stream = ${stream} and span.epoch = ${Number(epochText)}`.execute(database.sql)
  return rows[0]
}
