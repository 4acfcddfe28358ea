import { setImmediate } from 'node:timers/promises'
import { sql, type Transaction } from 'kysely'
import type { Event } from '../contract/event.ts'
import type { EventRecord } from '../contract/record.ts'
import type { StoreDatabase } from './database.ts'
import { addCounts, countByMinute, overtaken } from './log-sink-counts.ts'
import { type EventRow, eventRow } from './log-sink-rows.ts'
import { oneOf } from './one-of.ts'
import { rowList } from './row-list.ts'
import type { EventSpanTable, Tables } from './tables.ts'

/** A record's place in its log, and what it is stored as. */
export interface Numbered<Row> {
  readonly seq: number
  readonly row: Row
}

/** What became of rows: `clashes` are those whose key is taken by other content. */
export interface Added {
  readonly added: number
  readonly clashes: readonly { readonly seq: number; readonly id: string }[]
}

type Spans = Map<string, EventSpanTable>

/** Adds the events that are not there yet, and counts those in their minutes and hours. */
export async function addEvents(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  records: readonly { readonly seq: number; readonly record: EventRecord }[]
): Promise<Added> {
  if (records.length === 0) return { added: 0, clashes: [] }
  const spans = await knownSpans(database, transaction, records)
  // The database looks for them while the rows are made here.
  const [known, rows] = await Promise.all([
    knownEvents(database, transaction, records, spans),
    setImmediate().then(() => records.map(({ record }) => eventRow(record)))
  ])
  const clashes: { seq: number; id: string }[] = []
  const fresh: EventRow[] = []
  const bodies: Event[] = []
  for (const [index, row] of rows.entries()) {
    const { seq, record } = records[index]!
    const other = known.get(row.id)
    if (!other) {
      known.set(row.id, row)
      fresh.push(row)
      bodies.push(record.body)
    } else if (!sameEvent(row, other)) clashes.push({ seq, id: row.id })
  }
  if (fresh.length > 0) {
    const inserting = database.insertNew(transaction, 'events', fresh)
    const [minutes, added] = await Promise.all([setImmediate().then(() => countByMinute(fresh, bodies)), inserting])
    if (added !== fresh.length) throw overtaken(fresh.length - added, 'events')
    await addCounts(database, transaction, minutes)
    await widenSpans(database, transaction, fresh, spans)
  }
  return { added: fresh.length, clashes }
}

/** Of the epochs that the rows are of: where events with their ids can be. */
async function knownSpans(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  records: readonly { readonly record: EventRecord }[]
): Promise<Spans> {
  const origins = new Map(records.map(({ record }) => [epochKey(record), record]))
  const spans = await transaction
    .selectFrom('event_spans')
    .selectAll()
    .where(oneOf(database, 'stream', [...new Set([...origins.values()].map(({ stream }) => stream))]))
    .where(oneOf(database, 'epoch', [...new Set([...origins.values()].map(({ epoch }) => epoch))]))
    .execute()
  return new Map(spans.map(span => [epochKey(span), span] as const).filter(([key]) => origins.has(key)))
}

const knownColumns = sql.raw('id, stream, epoch, kind, measure, track_id, label, at_ms, pts_ms, frame, detail')

/** The events that have one of these ids. Times narrow it to the partitions that can have them. */
async function knownEvents(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  records: readonly { readonly record: EventRecord }[],
  spans: Spans
): Promise<Map<string, EventRow>> {
  const possible = records.filter(({ record }) => spans.has(epochKey(record))).map(({ record }) => record.id)
  if (possible.length === 0) return new Map()
  const fromMs = Math.min(...[...spans.values()].map(span => span.from_ms))
  const toMs = Math.max(...[...spans.values()].map(span => span.to_ms))
  const source =
    database.kind === 'postgres'
      ? // As one text, which is sent with less ado than thousands; ids have no line breaks. One id after another, because
        // asked for all at once it would rather read a table that is small, or that it takes for small.
        sql`unnest(string_to_array(${possible.join('\n')}, ${'\n'})) as wanted(id_wanted) cross join lateral
          (select * from events where id = id_wanted and at_ms >= ${fromMs} and at_ms <= ${toMs} limit 1) as known`
      : sql`events where ${oneOf(database, 'id', possible)}`
  const { rows: found } = await sql<EventRow>`select ${knownColumns} from ${source}`.execute(transaction)
  return new Map(found.map(row => [row.id, row]))
}

function sameEvent(one: EventRow, other: EventRow): boolean {
  return (
    one.at_ms === other.at_ms &&
    one.pts_ms === other.pts_ms &&
    one.frame === other.frame &&
    one.kind === other.kind &&
    one.track_id === other.track_id &&
    one.label === other.label &&
    one.detail === other.detail
  )
}

const spanColumns = { stream: 'text', epoch: 'bigint', from_ms: 'bigint', to_ms: 'bigint' } as const

async function widenSpans(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  rows: readonly EventRow[],
  known: Spans
): Promise<void> {
  const spans: Spans = new Map()
  for (const { stream, epoch, at_ms: at } of rows) {
    const key = epochKey({ stream, epoch })
    const span = spans.get(key)
    if (!span) spans.set(key, { stream, epoch, from_ms: at, to_ms: at })
    else if (at > span.to_ms) span.to_ms = at
    else if (at < span.from_ms) span.from_ms = at
  }
  const wider = [...spans].filter(([key, span]) => !covers(known.get(key), span)).map(([, span]) => span)
  if (wider.length === 0) return
  const names = sql.join(Object.keys(spanColumns).map(name => sql.ref(name)))
  await sql`
    insert into event_spans (${names})
    select ${names} from ${rowList(database, spanColumns, wider)} where true
    on conflict (stream, epoch) do update set
      from_ms = case when excluded.from_ms < event_spans.from_ms then excluded.from_ms else event_spans.from_ms end,
      to_ms = case when excluded.to_ms > event_spans.to_ms then excluded.to_ms else event_spans.to_ms end`.execute(
    transaction
  )
}

function covers(known: EventSpanTable | undefined, span: EventSpanTable): boolean {
  return known !== undefined && known.from_ms <= span.from_ms && known.to_ms >= span.to_ms
}

function epochKey({ stream, epoch }: { readonly stream: string; readonly epoch: number }): string {
  return `${stream}/${epoch}`
}
