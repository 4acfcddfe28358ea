import { type Insertable, sql, type Transaction } from 'kysely'
import type { EventRecord } from '../contract/record.ts'
import type { StoreDatabase } from './database.ts'
import { type EventRow, eventRow, minuteMs } from './log-sink-rows.ts'
import { oneOf } from './one-of.ts'
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

type Minute = Insertable<Tables['event_minutes']>
type Spans = Map<string, EventSpanTable>

/** Adds the events that are not there yet, and counts those in their minutes. */
export async function addEvents(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  records: readonly { readonly seq: number; readonly record: EventRecord }[]
): Promise<Added> {
  const rows = records.map(({ seq, record }) => ({ seq, row: eventRow(record) }))
  const spans = await knownSpans(database, transaction, rows)
  const known = await knownEvents(database, transaction, rows, spans)
  const clashes: { seq: number; id: string }[] = []
  const fresh: EventRow[] = []
  const minutes = new Map<string, Minute>()
  for (const [at, { seq, row }] of rows.entries()) {
    const other = known.get(row.id)
    if (other) {
      if (!sameEvent(row, other)) clashes.push({ seq, id: row.id })
      continue
    }
    known.set(row.id, row)
    fresh.push(row)
    const { body } = records[at]!.record
    countIn(minutes, row, 'direction' in body ? body.direction : '')
  }
  if (fresh.length > 0) {
    await database.insertNew(transaction, 'events', fresh)
    await addMinutes(transaction, [...minutes.values()])
    await widenSpans(transaction, fresh)
  }
  return { added: fresh.length, clashes }
}

/** Of the epochs that the rows are of: where events with their ids can be. */
async function knownSpans(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  rows: readonly Numbered<EventRow>[]
): Promise<Spans> {
  const wanted = new Set(rows.map(({ row }) => epochKey(row)))
  const spans = await transaction
    .selectFrom('event_spans')
    .selectAll()
    .where(oneOf(database, 'stream', [...new Set(rows.map(({ row }) => row.stream))]))
    .where(oneOf(database, 'epoch', [...new Set(rows.map(({ row }) => row.epoch))]))
    .execute()
  return new Map(spans.map(span => [epochKey(span), span] as const).filter(([key]) => wanted.has(key)))
}

/** The events that have one of these ids. Times narrow it to the partitions that can have them. */
async function knownEvents(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  rows: readonly Numbered<EventRow>[],
  spans: Spans
): Promise<Map<string, EventRow>> {
  const possible = rows.filter(({ row }) => spans.has(epochKey(row))).map(({ row }) => row.id)
  if (possible.length === 0) return new Map()
  const found = await transaction
    .selectFrom('events')
    .select(['id', 'stream', 'epoch', 'kind', 'measure', 'track_id', 'label', 'at_ms', 'pts_ms', 'frame', 'detail'])
    .where(oneOf(database, 'id', possible))
    .where('at_ms', '>=', Math.min(...[...spans.values()].map(span => span.from_ms)))
    .where('at_ms', '<=', Math.max(...[...spans.values()].map(span => span.to_ms)))
    .execute()
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

function countIn(minutes: Map<string, Minute>, row: EventRow, direction: string): void {
  const { stream, epoch, kind, measure, at_ms } = row
  const label = row.label ?? ''
  const minute = Math.floor(at_ms / minuteMs) * minuteMs
  const key = `${stream} ${epoch} ${minute} ${kind} ${measure} ${direction} ${label}`
  const counted = minutes.get(key)
  if (counted) counted.events++
  else minutes.set(key, { stream, epoch, kind, measure, label, direction, minute_ms: minute, events: 1 })
}

async function addMinutes(transaction: Transaction<Tables>, minutes: readonly Minute[]): Promise<void> {
  for (let at = 0; at < minutes.length; at += 1000) {
    await transaction
      .insertInto('event_minutes')
      .values(minutes.slice(at, at + 1000))
      .onConflict(conflict =>
        conflict
          .columns(['stream', 'minute_ms', 'kind', 'measure', 'label', 'direction', 'epoch'])
          .doUpdateSet({ events: sql`event_minutes.events + excluded.events` })
      )
      .execute()
  }
}

async function widenSpans(transaction: Transaction<Tables>, rows: readonly EventRow[]): Promise<void> {
  const spans: Spans = new Map()
  for (const { stream, epoch, at_ms: at } of rows) {
    const span = spans.get(epochKey({ stream, epoch }))
    if (!span) spans.set(epochKey({ stream, epoch }), { stream, epoch, from_ms: at, to_ms: at })
    else if (at > span.to_ms) span.to_ms = at
    else if (at < span.from_ms) span.from_ms = at
  }
  for (const span of spans.values()) {
    await transaction
      .insertInto('event_spans')
      .values(span)
      .onConflict(conflict =>
        conflict.columns(['stream', 'epoch']).doUpdateSet({
          from_ms: sql`case when excluded.from_ms < event_spans.from_ms then excluded.from_ms else event_spans.from_ms end`,
          to_ms: sql`case when excluded.to_ms > event_spans.to_ms then excluded.to_ms else event_spans.to_ms end`
        })
      )
      .execute()
  }
}

function epochKey({ stream, epoch }: { readonly stream: string; readonly epoch: number }): string {
  return `${stream}/${epoch}`
}
