import { deepStrictEqual } from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { isDeepStrictEqual } from 'node:util'
import pg from 'pg'
import { dataFolder } from '../../../src/core/data-folder.ts'
import { type EventRow, eventOf } from '../../../src/store/log-sink-rows.ts'
import { countTables } from '../../../src/store/tables-counts.ts'
import { type NumberedOrigin, numberedEvent } from './numbered-event.ts'
import type { NumberedLife } from './numbered-life.ts'

type Row = Readonly<Record<string, unknown>>
/** Rows of one question to a store that nobody changes meanwhile. */
export type Asking = (sql: string) => Promise<readonly Row[]>

/** Asks the store of a data folder, after looking through its file. */
export async function askSqlite(data: string): Promise<Asking> {
  const file = new DatabaseSync(dataFolder(data).store, { readOnly: true })
  deepStrictEqual({ ...file.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' })
  file.close()
  return async sql => {
    const again = new DatabaseSync(dataFolder(data).store, { readOnly: true })
    const rows = again.prepare(sql).all() as Row[]
    again.close()
    return rows
  }
}

export function askPostgres(url: string): Asking {
  return async sql => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }
}

export interface Kept {
  /** Accepted, and not in the store. */
  readonly lost: readonly string[]
  /** In the store more than once. */
  readonly twice: readonly string[]
  /** In the store with other content than was appended, or never appended at all. */
  readonly foreign: readonly string[]
  /** In the store. */
  readonly events: number
  readonly accepted: number
}

/** Compares what a store has with what the lives of all workers were told. */
export async function keptEvents(
  ask: Asking,
  lives: readonly Pick<NumberedLife, 'origin' | 'accepted'>[]
): Promise<Kept> {
  const rows = await ask('select id, stream, epoch, frame, pts_ms, at_ms, kind, track_id, label, detail from events')
  const origins = new Map(lives.flatMap(life => (life.origin ? [[keyOf(life.origin), life.origin] as const] : [])))
  const times = new Map<string, number>()
  const foreign: string[] = []
  for (const row of rows) {
    const id = String(row.id)
    times.set(id, (times.get(id) ?? 0) + 1)
    const origin = origins.get(keyOf({ stream: String(row.stream), epoch: Number(row.epoch) }))
    if (!origin || !isTrue(row, origin)) foreign.push(id)
  }
  const accepted = lives.flatMap(({ origin, accepted }) =>
    origin ? [...accepted].map(n => numberedEvent(origin, n).id) : []
  )
  return {
    lost: accepted.filter(id => !times.has(id)),
    twice: [...times].filter(([, count]) => count > 1).map(([id]) => id),
    foreign,
    events: rows.length,
    accepted: accepted.length
  }
}

/** Counts by minute and by hour that differ from those of the events themselves. */
export async function miscounted(ask: Asking): Promise<readonly Row[]> {
  const tables = Object.entries(countTables).map(async ([table, lengthMs]) => {
    const counted = `select stream, epoch, kind, measure, label, from_ms, sum(events) as events
      from ${table} group by 1, 2, 3, 4, 5, 6`
    const present = `select stream, epoch, kind, measure, coalesce(label, '') as label,
      at_ms - at_ms % ${lengthMs} as from_ms, count(*) as events from events group by 1, 2, 3, 4, 5, 6`
    return ask(`select 'counted' as what, * from (${counted} except ${present}) as more
      union all select 'missed' as what, * from (${present} except ${counted}) as less`)
  })
  return (await Promise.all(tables)).flat()
}

/** PostgreSQL hands whole numbers over as text. */
const wholeNumbers = ['epoch', 'frame', 'pts_ms', 'at_ms', 'track_id']

function isTrue(row: Row, origin: NumberedOrigin): boolean {
  const numbers = Object.fromEntries(wholeNumbers.map(name => [name, Number(row[name])]))
  const found = { ...row, ...numbers } as unknown as EventRow
  const { id, atMs, body } = numberedEvent(origin, found.frame)
  return found.id === id && found.at_ms === atMs && isDeepStrictEqual(eventOf(found), body)
}

function keyOf({ stream, epoch }: { readonly stream: string; readonly epoch: number }): string {
  return `${stream}/${epoch}`
}
