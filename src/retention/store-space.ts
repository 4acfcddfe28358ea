import { sql } from 'kysely'
import type { StoreDatabase } from '../store/database.ts'

export interface StoreSpace {
  /** What rows and indexes take. */
  readonly usedBytes: number
  /** What the file has beyond that: it is used again before the file grows. */
  readonly spareBytes: number
}

/** What the store takes. PostgreSQL counts what deleted rows leave until a partition is dropped or vacuumed away. */
export async function storeSpace({ kind, sql: store }: StoreDatabase): Promise<StoreSpace> {
  if (kind === 'postgres') {
    const { rows } = await sql<{ bytes: number }>`select sum(pg_total_relation_size(oid)) as bytes from pg_class
      where relkind = 'r' and relnamespace = current_schema()::regnamespace`.execute(store)
    return { usedBytes: Number(rows[0]?.bytes ?? 0), spareBytes: 0 }
  }
  const { rows } = await sql<{ pages: number; spare: number; size: number }>`select
    (select page_count from pragma_page_count) as pages,
    (select freelist_count from pragma_freelist_count) as spare,
    (select page_size from pragma_page_size) as size`.execute(store)
  const { pages, spare, size } = rows[0]!
  return { usedBytes: (pages - spare) * size, spareBytes: spare * size }
}

/** Pages that one bite gives back: some milliseconds in which nobody else writes. */
export const vacuumPages = 500

/** Gives some of an embedded store's spare pages back to the disk. */
export async function giveBackPages({ sql: store }: StoreDatabase): Promise<void> {
  await sql`pragma incremental_vacuum(${sql.lit(vacuumPages)})`.execute(store)
}
