import type { StoreDatabase } from '../store/database.ts'
import { type DataKind, kindFacts } from './data-kinds.ts'
import type { Removal } from './plan.ts'
import type { RetentionPolicy } from './policy.ts'
import { recordRemoval } from './removal-audit.ts'

/** Kinds whose tables PostgreSQL has in partitions by month. */
export const splitKinds = ['events', 'trajectories', 'samples'] as const
type SplitKind = (typeof splitKinds)[number]
const tables = { events: 'events', trajectories: 'trajectory_chunks', samples: 'measure_samples' } as const

function isSplit(kind: DataKind): kind is SplitKind {
  return (splitKinds as readonly DataKind[]).includes(kind)
}

/** Drops the months in which nothing is to be kept any longer by any stream: at once, where deleting takes hours. */
export async function dropDuePartitions(
  database: StoreDatabase,
  { kinds, streams }: RetentionPolicy,
  kind: SplitKind,
  nowMs: number
): Promise<void> {
  const longestMs = Math.max(kinds[kind].keepMs, ...Object.values(streams).map(rules => rules[kind]?.keepMs ?? 0))
  if (!Number.isFinite(longestMs)) return
  const shiftMs = await longestShiftMs(database)
  await drop(database, kind, nowMs - longestMs - shiftMs, 'age')
}

/** In PostgreSQL only what is dropped whole gives room back: what deleted rows leave stays in its file. */
export function needsPartitions({ kind }: StoreDatabase, removal: Removal): boolean {
  const isForRoom = removal.reason === 'place-budget' || removal.reason === 'disk'
  return kind === 'postgres' && isForRoom && kindFacts[removal.kind].place === 'store'
}

/** Drops the oldest month, never the current one. False where there was none. */
export async function dropOldestPartition(
  database: StoreDatabase,
  { kind, reason, beforeMs }: Removal,
  nowMs: number
): Promise<boolean> {
  const endMs = endOfMonthMs(beforeMs - 1)
  if (!isSplit(kind) || endMs > nowMs) return false
  return (await drop(database, kind, endMs, reason)) > 0
}

async function drop(
  database: StoreDatabase,
  kind: SplitKind,
  beforeMs: number,
  reason: Removal['reason']
): Promise<number> {
  const months = await database.dropPartitionsBefore(tables[kind], beforeMs)
  if (months > 0) await recordRemoval(database.sql, { kind, stream: '', reason }, { rows: 0, bytes: 0 }, beforeMs)
  return months
}

/** Recordings may be older than their arrival: their rows are due later than their times say. */
async function longestShiftMs({ sql: store }: StoreDatabase): Promise<number> {
  const found = await store
    .selectFrom('recordings')
    .select(({ fn, eb }) => fn.max(eb('created_ms', '-', eb.ref('started_ms'))).as('shift'))
    .executeTakeFirst()
  return Math.max(0, Number(found?.shift ?? 0))
}

function endOfMonthMs(ms: number): number {
  const date = new Date(ms)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}
