import type { Insertable } from 'kysely'
import type { StoreDatabase } from '../src/store/database.ts'
import { addUp, countByMinute } from '../src/store/log-sink-counts.ts'
import { type EventRow, eventRow } from '../src/store/log-sink-rows.ts'
import type { EventCountTable, Tables } from '../src/store/tables.ts'
import { type CountTable, countTables } from '../src/store/tables-counts.ts'
import { type EventPlan, generateEvents } from './generated-events.ts'

const rowsAtOnce = 20_000

/** Fills an empty store with events and their counts, as the sink would leave it, but without looking for what is there. */
export async function layOutEvents(
  database: StoreDatabase,
  plan: EventPlan,
  report: (line: string) => void
): Promise<void> {
  const counts: Record<CountTable, Insertable<EventCountTable>[]> = { event_minutes: [], event_hours: [] }
  const spans = new Map<string, Insertable<Tables['event_spans']>>()
  let rows: EventRow[] = []
  let bodies: Parameters<typeof countByMinute>[1][number][] = []
  let stored = 0
  const keep = async () => {
    const minutes = countByMinute(rows, bodies)
    await add(database, 'events', rows)
    for (const [table, lengthMs] of Object.entries(countTables) as [CountTable, number][]) {
      counts[table] = addUp([...counts[table], ...minutes], lengthMs)
      // What comes later is of this period or a later one, but for the 1.5 seconds of a track's life.
      const settledMs = rows.at(-1)!.at_ms - 2 * lengthMs
      const settled = counts[table].filter(({ from_ms }) => from_ms < settledMs)
      counts[table] = counts[table].filter(({ from_ms }) => from_ms >= settledMs)
      await add(database, table, settled)
    }
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
  for (const table of Object.keys(countTables) as CountTable[]) await add(database, table, counts[table])
  await add(database, 'event_spans', [...spans.values()])
}

async function add<Table extends 'events' | 'event_spans' | CountTable>(
  database: StoreDatabase,
  table: Table,
  rows: readonly Insertable<Tables[Table]>[]
): Promise<void> {
  await database.sql.transaction().execute(transaction => database.insertNew(transaction, table, rows))
}
