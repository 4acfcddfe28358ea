import { sql, type Transaction } from 'kysely'
import type { StoreDatabase } from '../store/database.ts'
import { streamsFound } from '../store/streams-found.ts'
import type { Tables } from '../store/tables.ts'
import type { DataKind } from './data-kinds.ts'
import type { RetentionPolicy } from './policy.ts'
import { bytesOfRows, type MediaKind, type RowKind, referenceKinds, rowPlaces } from './stored-kinds.ts'
import type { Holding } from './usage.ts'

/** What there is, as far as the policy has to know. One moment, and no look at more than the begin of each index. */
export async function surveyHoldings(database: StoreDatabase, policy: RetentionPolicy): Promise<Holding[]> {
  return await database.reading(async snapshot => {
    const shifts = await recordingShifts(snapshot)
    const holdings: Holding[] = []
    for (const kind of Object.keys(rowPlaces) as RowKind[]) {
      for (const { stream, oldest } of await oldestRows(snapshot, kind)) {
        const bytes = isCounted(policy, kind, stream) ? await countBytes(snapshot, kind, stream) : undefined
        holdings.push({ kind, stream, oldestMs: oldest, shiftMs: shifts.get(stream) ?? 0, bytes })
      }
    }
    return [...holdings, ...(await mediaHoldings(snapshot))]
  })
}

/** The same holding after some of it went; undefined when nothing is left. */
export async function surveyAgain(database: StoreDatabase, holding: Holding, bytesGone: number) {
  const { kind, stream } = holding
  const oldestMs =
    kind in rowPlaces
      ? await oldestRow(database, kind as RowKind, stream)
      : await oldestReference(database, kind as MediaKind, stream)
  if (oldestMs === undefined) return undefined
  const bytes = holding.bytes === undefined ? undefined : Math.max(0, holding.bytes - bytesGone)
  return { ...holding, oldestMs, bytes }
}

/** Time of the oldest row; undefined where there is none. Time alone decides, not the order of arrival. */
async function oldestRow({ sql: store }: StoreDatabase, kind: RowKind, stream: string): Promise<number | undefined> {
  const { table, time, byStream } = rowPlaces[kind]
  const of = byStream ? sql`where stream = ${stream}` : sql``
  const { rows } = await sql<{ oldest: number | null }>`
    select min(${sql.ref(time)}) as oldest from ${sql.table(table)} ${of}`.execute(store)
  return rows[0]?.oldest ?? undefined
}

/** Streams of a table and the time of each one's oldest row, by skipping through the index from stream to stream. */
async function oldestRows(snapshot: Transaction<Tables>, kind: RowKind) {
  const { table, time, byStream } = rowPlaces[kind]
  const [from, at] = [sql.table(table), sql.ref(time)]
  if (!byStream) {
    const { rows } = await sql<{ oldest: number | null }>`select min(${at}) as oldest from ${from}`.execute(snapshot)
    return rows.flatMap(({ oldest }) => (oldest === null ? [] : [{ stream: '', oldest }]))
  }
  const { rows } = await sql<{ stream: string; oldest: number }>`
    with recursive ${streamsFound(table)}
    select found.stream, (select min(${at}) from ${from} as row where row.stream = found.stream) as oldest
    from found where found.stream is not null`.execute(snapshot)
  return rows
}

async function countBytes(snapshot: Transaction<Tables>, kind: RowKind, stream: string): Promise<number> {
  const { table, byStream } = rowPlaces[kind]
  const of = byStream ? sql`where stream = ${stream}` : sql``
  const { rows } = await sql<{ bytes: number }>`
    select ${bytesOfRows(kind)} as bytes from ${sql.table(table)} ${of}`.execute(snapshot)
  return Number(rows[0]?.bytes ?? 0)
}

function isCounted({ kinds, streams }: RetentionPolicy, kind: DataKind, stream: string): boolean {
  return Number.isFinite(kinds[kind].maxBytes) || streams[stream]?.[kind]?.maxBytes !== undefined
}

/** Sizes come from the counters that are kept with the references. */
async function mediaHoldings(snapshot: Transaction<Tables>): Promise<Holding[]> {
  const { rows } = await sql<{ kind: string; stream: string; bytes: number; oldest: number | null }>`
    select kind, stream, bytes, case when stream = ''
      then (select min(created_ms) from asset_references where kind = asset_usage.kind and stream is null)
      else (select min(created_ms) from asset_references
            where kind = asset_usage.kind and stream = asset_usage.stream)
      end as oldest
    from asset_usage where assets > 0`.execute(snapshot)
  const holdings = new Map<string, Holding>()
  for (const { kind: referenceKind, stream, bytes, oldest } of rows) {
    const kind = (Object.keys(referenceKinds) as MediaKind[]).find(media =>
      (referenceKinds[media] as readonly string[]).includes(referenceKind)
    )
    if (kind === undefined || oldest === null) continue
    const before = holdings.get(`${kind}/${stream}`)
    const oldestMs = Math.min(oldest, before?.oldestMs ?? oldest)
    holdings.set(`${kind}/${stream}`, { kind, stream, oldestMs, shiftMs: 0, bytes: bytes + (before?.bytes ?? 0) })
  }
  return [...holdings.values()]
}

async function oldestReference({ sql: store }: StoreDatabase, kind: MediaKind, stream: string) {
  const found = await store
    .selectFrom('asset_references')
    .select(({ fn }) => fn.min('created_ms').as('oldest'))
    .where('kind', 'in', referenceKinds[kind])
    .where('stream', stream === '' ? 'is' : '=', stream === '' ? null : stream)
    .executeTakeFirst()
  return found?.oldest ?? undefined
}

/** By how much later the streams of recordings arrived than they were filmed. */
async function recordingShifts(snapshot: Transaction<Tables>): Promise<ReadonlyMap<string, number>> {
  const rows = await snapshot
    .selectFrom('recordings')
    .select(['stream', ({ fn }) => fn.max(sql<number>`created_ms - started_ms`).as('shift')])
    .groupBy('stream')
    .execute()
  return new Map(rows.map(({ stream, shift }) => [stream, Math.max(0, Number(shift))]))
}
