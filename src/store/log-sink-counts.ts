import { type Insertable, sql, type Transaction } from 'kysely'
import type { Event } from '../contract/event.ts'
import { SightlineError } from '../core/errors.ts'
import type { StoreDatabase } from './database.ts'
import type { EventRow } from './log-sink-rows.ts'
import { rowList } from './row-list.ts'
import type { EventCountTable, Tables } from './tables.ts'
import { type CountTable, countTables } from './tables-counts.ts'

type Count = Insertable<EventCountTable>

/** One for each minute, stream and so on; `bodies` are the rows' events. */
export function countByMinute(rows: readonly EventRow[], bodies: readonly Event[]): Count[] {
  const counts = rows.map(({ stream, epoch, kind, measure, label, at_ms: from_ms }, index) => {
    const body = bodies[index]!
    const direction = 'direction' in body ? body.direction : ''
    return { stream, epoch, kind, measure, label: label ?? '', direction, from_ms, events: 1 }
  })
  return addUp(counts, countTables.event_minutes)
}

/** One count for all that lie in the same period of `lengthMs` and differ in nothing else. */
export function addUp(counts: readonly Count[], lengthMs: number): Count[] {
  const sums = new Map<string, Count>()
  for (const count of counts) {
    const { stream, epoch, kind, measure, label, direction } = count
    const from_ms = Math.floor(count.from_ms / lengthMs) * lengthMs
    const key = `${stream} ${epoch} ${from_ms} ${kind} ${measure} ${direction} ${label}`
    const sum = sums.get(key)
    if (sum) sum.events += count.events
    else sums.set(key, { ...count, from_ms })
  }
  return [...sums.values()]
}

const columns = {
  stream: 'text',
  epoch: 'bigint',
  kind: 'text',
  measure: 'text',
  label: 'text',
  direction: 'text',
  from_ms: 'bigint',
  events: 'bigint'
} as const

/** Adds events, counted by minute, to all tables of counts. */
export async function addCounts(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  minutes: readonly Count[]
): Promise<void> {
  let counts = minutes
  for (const [table, lengthMs] of Object.entries(countTables) as [CountTable, number][]) {
    if (lengthMs > countTables.event_minutes) counts = addUp(counts, lengthMs)
    await addTo(database, transaction, table, counts)
  }
}

/**
 * Periods after the newest of their stream are there for the first time: most of them, and two thirds of the work. The
 * others are looked for one by one.
 */
async function addTo(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  table: CountTable,
  counts: readonly Count[]
): Promise<void> {
  const newest = await newestPeriods(database, transaction, table, [...new Set(counts.map(({ stream }) => stream))])
  const isNew = ({ stream, from_ms }: Count) => from_ms > (newest.get(stream) ?? Number.NEGATIVE_INFINITY)
  const [fresh, known] = [counts.filter(isNew), counts.filter(count => !isNew(count))]
  if (known.length > 0) await addToKnown(database, transaction, table, known)
  if (fresh.length === 0) return
  const added = await database.insertNew(transaction, table, fresh)
  if (added !== fresh.length) throw overtaken(fresh.length - added, 'counts')
}

async function newestPeriods(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  table: CountTable,
  streams: readonly string[]
): Promise<ReadonlyMap<string, number>> {
  const rows = streams.map(wanted => ({ wanted }))
  const { rows: found } = await sql<{ stream: string; newest: number | null }>`
    select wanted as stream, (select max(from_ms) from ${sql.table(table)} where stream = wanted) as newest
    from ${rowList(database, { wanted: 'text' }, rows)}`.execute(transaction)
  return new Map(found.flatMap(({ stream, newest }) => (newest === null ? [] : [[stream, newest] as const])))
}

async function addToKnown(
  database: StoreDatabase,
  transaction: Transaction<Tables>,
  table: CountTable,
  counts: readonly Count[]
): Promise<void> {
  const names = sql.join(Object.keys(columns).map(name => sql.ref(name)))
  // Without `where`, SQLite would take `on conflict` for a join's condition.
  await sql`
    insert into ${sql.table(table)} (${names})
    select ${names} from ${rowList(database, columns, counts)} where true
    on conflict (stream, from_ms, kind, measure, label, direction, epoch)
    do update set events = ${sql.ref(`${table}.events`)} + excluded.events`.execute(transaction)
}

/** Counted twice would be wrong for ever: the batch is undone, and finds them as known when it comes again. */
export function overtaken(rows: number, what: 'events' | 'counts'): SightlineError {
  const text = `${rows} ${what} were stored by somebody else in this moment: the batch is to be handed over again.`
  return new SightlineError('SL_STORE_UNAVAILABLE', text, { retryable: true })
}
