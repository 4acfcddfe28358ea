import type { BackedUpTable } from './backup-tables.ts'
import type { Row } from './row-text.ts'

/** The store as it was at one moment, while others go on writing. */
export interface Snapshot extends AsyncDisposable {
  readonly kind: 'sqlite' | 'postgres'
  /** Migrations that it has been through. */
  readonly migrations: readonly string[]
  count(table: BackedUpTable): Promise<number>
  /** How far the store has read each log. */
  positions(): Promise<ReadonlyMap<string, number>>
  /** All rows of a table, some at a time. One table after the other. */
  rows(table: BackedUpTable): AsyncIterable<readonly Row[]>
}

/** Rows to hold at once: those with contents in them are large. */
export function batchRows(table: BackedUpTable): number {
  return table === 'trajectory_chunks' ? 32 : 1000
}
