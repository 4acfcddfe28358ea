import type { Insertable } from 'kysely'
import type { StoreDatabase } from '../src/store/database.ts'
import { minutesOf } from '../src/store/log-sink-events.ts'
import { type EventRow, eventRow, minuteMs } from '../src/store/log-sink-rows.ts'
import type { Tables } from '../src/store/tables.ts'
import { type EventPlan, generateEvents } from './generated-events.ts'

const rowsAtOnce = 20_000

/** Fills an empty store with events and their counts, as the sink would leave it, but without looking for what is there. */
export async function layOutEvents(
  database: StoreDatabase,
  plan: EventPlan,
  report: (line: string) => void
): Promise<void> {
  let minutes: Insertable<Tables['event_minutes']>[] = []
  const spans = new Map<string, Insertable<Tables['event_spans']>>()
  let rows: EventRow[] = []
  let bodies: Parameters<typeof minutesOf>[1][number][] = []
  let stored = 0
  const keep = async () => {
    minutes = joined([...minutes, ...minutesOf(rows, bodies)])
    // What comes later is of this minute or a later one, but for the 1.5 seconds of a track's life.
    const settledMs = rows.at(-1)!.at_ms - 2 * minuteMs
    const settled = minutes.filter(({ minute_ms }) => minute_ms < settledMs)
    minutes = minutes.filter(({ minute_ms }) => minute_ms >= settledMs)
    await add(database, 'events', rows)
    await add(database, 'event_minutes', settled)
    stored += rows.length
    if (stored % 1_000_000 === 0) report(`${stored} events are in ${database.kind}`)
    ;[rows, bodies] = [[], []]
  }
  for (const record of generateEvents(plan)) {
    const { stream, epoch, atMs } = record
    const span = spans.get(stream)
    spans.set(stream, { stream, epoch, from_ms: span?.from_ms ?? atMs, to_ms: atMs })
    bodies.push(record.body)
    if (rows.push(eventRow(record)) === rowsAtOnce) await keep()
  }
  if (rows.length > 0) await keep()
  await add(database, 'event_minutes', minutes)
  await add(database, 'event_spans', [...spans.values()])
}

/** Counts of the same minute and so on as one. */
function joined(minutes: readonly Insertable<Tables['event_minutes']>[]): Insertable<Tables['event_minutes']>[] {
  const all = new Map<string, Insertable<Tables['event_minutes']>>()
  for (const { events, ...key } of minutes) {
    const name = Object.values(key).join(' ')
    all.set(name, { ...key, events: (all.get(name)?.events ?? 0) + events })
  }
  return [...all.values()]
}

async function add<Table extends 'events' | 'event_minutes' | 'event_spans'>(
  database: StoreDatabase,
  table: Table,
  rows: readonly Insertable<Tables[Table]>[]
): Promise<void> {
  await database.sql.transaction().execute(transaction => database.insertNew(transaction, table, rows))
}
