import { sql } from 'kysely'
import type { AssetKind } from './assets.ts'
import type { StoreDatabase } from './database.ts'

export interface AssetUsage {
  readonly kind: AssetKind
  /** Undefined for what belongs to no stream. */
  readonly stream: string | undefined
  readonly references: number
  /** A content that is kept for several reasons counts for each: the sum may be more than the disk holds. */
  readonly bytes: number
}

/** What is kept by kind and stream, from counters: costs the same however much there is. */
export async function assetUsage({ sql: db }: StoreDatabase): Promise<readonly AssetUsage[]> {
  const rows = await db
    .selectFrom('asset_usage')
    .selectAll()
    .where('assets', '>', 0)
    .orderBy('kind')
    .orderBy('stream')
    .execute()
  return rows.map(({ kind, stream, assets, bytes }) => ({
    kind: kind as AssetKind,
    stream: stream === '' ? undefined : stream,
    references: assets,
    bytes
  }))
}

export interface AgedReference {
  readonly digest: string
  readonly kind: AssetKind
  readonly owner: string
  readonly name: string
  readonly stream: string | undefined
  readonly bytes: number
  /** When it was kept, in epoch milliseconds. */
  readonly keptMs: number
}

export interface OldestOptions {
  /** Last of the page before. */
  readonly after?: AgedReference
  /** Default 500. */
  readonly limit?: number
}

/** References of a kind and stream (undefined: of none), those that were kept first before the others. */
export async function oldestReferences(
  { sql: db }: StoreDatabase,
  kind: AssetKind,
  stream: string | undefined,
  { after, limit = 500 }: OldestOptions = {}
): Promise<readonly AgedReference[]> {
  let query = db
    .selectFrom('asset_references as reference')
    .innerJoin('assets', 'assets.digest', 'reference.digest')
    .select(['reference.digest', 'owner', 'name', 'bytes', 'reference.created_ms as keptMs'])
    .where('kind', '=', kind)
    .where('stream', stream === undefined ? 'is' : '=', stream ?? null)
  if (after)
    query = query.where(
      sql<boolean>`(reference.created_ms, reference.digest, owner, name) > (${after.keptMs}, ${after.digest}, ${after.owner}, ${after.name})`
    )
  const rows = await query
    .orderBy('reference.created_ms')
    .orderBy('reference.digest')
    .orderBy('owner')
    .orderBy('name')
    .limit(limit)
    .execute()
  return rows.map(row => ({ ...row, kind, stream }))
}
