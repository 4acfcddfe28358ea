import { sql, type Transaction } from 'kysely'
import type { StoreDatabase } from '../store/database.ts'
import type { Tables } from '../store/tables.ts'
import type { Removal } from './plan.ts'
import { recordRemoval } from './removal-audit.ts'
import { bytesOfRows, type RowKind, rowPlaces } from './stored-kinds.ts'

export interface Removed {
  readonly rows: number
  readonly bytes: number
}

/** Rows that are looked at to guess how many make up some bytes. */
const sampleRows = 20

/**
 * Removes about `mostRows` of the oldest rows, in one transaction with the line of the audit that says so. Rows of the
 * same time go together. Where bytes are wanted it stops at them, within a row by the mean of the oldest.
 */
export async function removeRows(database: StoreDatabase, removal: Removal, mostRows: number): Promise<Removed> {
  const kind = removal.kind as RowKind
  return await database.sql.transaction().execute(async transaction => {
    if (kind === 'tracks') await database.takeTurn(transaction, 'identities')
    const limit = Number.isFinite(removal.maxBytes)
      ? Math.min(mostRows, Math.max(1, Math.ceil(removal.maxBytes / (await meanBytes(transaction, removal)))))
      : mostRows
    const cutMs = await cutOf(transaction, removal, limit)
    if (cutMs === undefined) return { rows: 0, bytes: 0 }
    const { table } = rowPlaces[kind]
    const where = oldest(removal, cutMs)
    const { rows: sums } = await sql<{ rows: number; bytes: number }>`
      select count(*) as rows, ${bytesOfRows(kind)} as bytes from ${sql.table(table)} where ${where}`.execute(
      transaction
    )
    await sql`delete from ${sql.table(table)} where ${where}`.execute(transaction)
    if (kind === 'trajectories') await dropHeads(transaction, removal.stream, cutMs)
    if (kind === 'tracks') await forgetTracks(transaction, removal, cutMs)
    if (kind === 'events') await dropSpans(transaction, removal.stream, cutMs)
    const removed = { rows: Number(sums[0]?.rows ?? 0), bytes: Number(sums[0]?.bytes ?? 0) }
    await recordRemoval(transaction, removal, removed, cutMs)
    return removed
  })
}

/** Where to cut so that about `limit` rows lie before it; undefined where no row is due. */
async function cutOf(transaction: Transaction<Tables>, removal: Removal, limit: number): Promise<number | undefined> {
  const { table, time } = rowPlaces[removal.kind as RowKind]
  const [from, at, where] = [sql.table(table), sql.ref(time), oldest(removal, removal.beforeMs)]
  const { rows: first } = await sql<{ ms: number | null }>`
    select min(${at}) as ms from ${from} where ${where}`.execute(transaction)
  const firstMs = first[0]?.ms
  if (firstMs === null || firstMs === undefined) return undefined
  const { rows: next } = await sql<{ ms: number }>`
    select ${at} as ms from ${from} where ${where} order by ${at} limit 1 offset ${limit}`.execute(transaction)
  // At least the rows of one time, however many they are: else a bite could remove nothing.
  return Math.max(next[0]?.ms ?? removal.beforeMs, Math.min(firstMs + 1, removal.beforeMs))
}

async function meanBytes(transaction: Transaction<Tables>, removal: Removal): Promise<number> {
  const { table, time, rowBytes } = rowPlaces[removal.kind as RowKind]
  if (removal.kind !== 'trajectories') return rowBytes
  const { rows } = await sql<{ bytes: number | null }>`
    select avg(length(bytes)) as bytes from (select bytes from ${sql.table(table)}
      where ${oldest(removal, removal.beforeMs)} order by ${sql.ref(time)} limit ${sampleRows}) as sample`.execute(
    transaction
  )
  return Number(rows[0]?.bytes ?? 0) + rowBytes
}

function oldest({ kind, stream }: Removal, beforeMs: number) {
  const { time, byStream } = rowPlaces[kind as RowKind]
  const before = sql<boolean>`${sql.ref(time)} < ${beforeMs}`
  return byStream ? sql<boolean>`stream = ${stream} and ${before}` : before
}

/** Heads of epochs that are over and of which no chunk is left. */
async function dropHeads(transaction: Transaction<Tables>, stream: string, beforeMs: number): Promise<void> {
  await sql`delete from trajectory_heads where stream = ${stream} and base_ms < ${beforeMs}
    and epoch < (select max(last.epoch) from trajectory_heads as last where last.stream = ${stream})
    and not exists (select 1 from trajectory_chunks as chunk
      where chunk.stream = trajectory_heads.stream and chunk.epoch = trajectory_heads.epoch)`.execute(transaction)
}

/** What they looked like and whose they were goes with them, and whoever has no other track. */
async function forgetTracks(transaction: Transaction<Tables>, removal: Removal, beforeMs: number): Promise<void> {
  const due = oldest(removal, beforeMs)
  await sql`delete from track_looks where ${due}`.execute(transaction)
  await sql`delete from site_identities where id in (select identity_id from site_identity_tracks where ${due})
    and not exists (select 1 from site_identity_tracks where identity_id = site_identities.id and not (${due}))`.execute(
    transaction
  )
  await sql`delete from site_identity_tracks where ${due}`.execute(transaction)
}

async function dropSpans(transaction: Transaction<Tables>, stream: string, beforeMs: number): Promise<void> {
  await transaction.deleteFrom('event_spans').where('stream', '=', stream).where('to_ms', '<', beforeMs).execute()
}
