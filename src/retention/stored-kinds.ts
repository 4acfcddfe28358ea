import { sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import type { DataKind } from './data-kinds.ts'

/** Where rows of a kind lie. */
export interface RowPlace {
  readonly table: keyof Tables
  /** Column of the time that a row counts from. */
  readonly time: string
  /** False for what belongs to no stream. */
  readonly byStream: boolean
  /** What a row takes with its share of the indexes: measured on stores of a million rows, see docs/spec/retention.md. */
  readonly rowBytes: number
}

/** Kinds whose rows are the data. */
export const rowPlaces = {
  trajectories: { table: 'trajectory_chunks', time: 'from_ms', byStream: true, rowBytes: 210 },
  samples: { table: 'measure_samples', time: 'minute_ms', byStream: true, rowBytes: 150 },
  tracks: { table: 'tracks', time: 'started_ms', byStream: true, rowBytes: 320 },
  events: { table: 'events', time: 'at_ms', byStream: true, rowBytes: 380 },
  counts: { table: 'event_minutes', time: 'from_ms', byStream: true, rowBytes: 150 },
  hourlyCounts: { table: 'event_hours', time: 'from_ms', byStream: true, rowBytes: 150 },
  jobs: { table: 'jobs', time: 'ended_ms', byStream: false, rowBytes: 2000 },
  audit: { table: 'audit', time: 'at_ms', byStream: false, rowBytes: 300 }
} as const satisfies Partial<Record<DataKind, RowPlace>>
export type RowKind = keyof typeof rowPlaces

/** Kinds that are contents: the reasons for which they are kept. */
export const referenceKinds = {
  exports: ['export', 'report'],
  clips: ['clip'],
  snapshots: ['snapshot'],
  uploads: ['upload']
} as const satisfies Partial<Record<DataKind, readonly string[]>>
export type MediaKind = keyof typeof referenceKinds

export function isMediaKind(kind: DataKind): kind is MediaKind {
  return kind in referenceKinds
}

/** What rows of a kind take: contents in them count by their length. */
export function bytesOfRows(kind: RowKind) {
  const { rowBytes } = rowPlaces[kind]
  return kind === 'trajectories'
    ? sql<number>`coalesce(sum(length(bytes) + ${sql.lit(rowBytes)}), 0)`
    : sql<number>`count(*) * ${sql.lit(rowBytes)}`
}
