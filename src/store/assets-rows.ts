import type { Transaction } from 'kysely'
import type { StoredBlob } from './blobs/blob-store.ts'
import type { StoreDatabase } from './database.ts'
import type { AssetReferenceTable, AssetTable, Tables } from './tables.ts'

// Every change of an asset's row begins by changing that row, so that two changes of one asset come one after
// the other in PostgreSQL, too, and each sees what the one before it left.

export type AssetState = AssetTable['state']

/**
 * Announces that the bytes of a digest are on their way. Gives the row's state after that: `writing` and `ready` let
 * the caller go on, `removing` makes it wait; undefined where the row went away meanwhile.
 */
export async function announce(
  { sql }: StoreDatabase,
  row: Omit<AssetTable, 'state' | 'changed_ms'>
): Promise<{ state: AssetState; holder: string | null; changed_ms: number } | undefined> {
  await sql
    .insertInto('assets')
    .values({ ...row, state: 'writing', changed_ms: row.created_ms })
    .onConflict(conflict =>
      conflict
        .column('digest')
        .doUpdateSet({ state: 'writing', holder: row.holder, changed_ms: row.created_ms })
        .where('assets.state', 'in', ['writing', 'lost'])
    )
    .execute()
  return await sql
    .selectFrom('assets')
    .select(['state', 'holder', 'changed_ms'])
    .where('digest', '=', row.digest)
    .executeTakeFirst()
}

/**
 * The bytes are safe: the asset is ready and has its reference, both or neither. False when another has taken the
 * row over since it was announced, so that nothing is known of the bytes any more.
 */
export async function makeReady(
  database: StoreDatabase,
  { digest, bytes }: StoredBlob,
  holder: string,
  reference: AssetReferenceTable
): Promise<boolean> {
  return await database.sql.transaction().execute(async transaction => {
    const { numUpdatedRows } = await transaction
      .updateTable('assets')
      .set({ state: 'ready', holder: null, changed_ms: reference.created_ms })
      .where('digest', '=', digest)
      .where(row => row.or([row('state', '=', 'ready'), row.and({ state: 'writing', holder })]))
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return false
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto('asset_references')
      .values(reference)
      .onConflict(conflict => conflict.columns(['digest', 'kind', 'owner', 'name']).doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows) await countUsage(transaction, reference, 1, bytes)
    return true
  })
}

export async function countUsage(
  transaction: Transaction<Tables>,
  { kind, stream }: Pick<AssetReferenceTable, 'kind' | 'stream'>,
  assets: number,
  bytes: number
): Promise<void> {
  await transaction
    .insertInto('asset_usage')
    .values({ kind, stream: stream ?? '', assets, bytes })
    .onConflict(conflict =>
      conflict.columns(['kind', 'stream']).doUpdateSet(row => ({
        assets: row('asset_usage.assets', '+', assets),
        bytes: row('asset_usage.bytes', '+', bytes)
      }))
    )
    .execute()
}

/** Keeps every other change of these rows waiting until the transaction ends. */
export async function lockRows(transaction: Transaction<Tables>, digests: readonly string[]): Promise<void> {
  for (const digest of digests)
    await transaction
      .updateTable('assets')
      .set(row => ({ holder: row.ref('holder') }))
      .where('digest', '=', digest)
      .execute()
}

/** Begins to remove an asset that nobody refers to and of which `allowed` holds. False where it has to stay. */
export async function claimRemoval(
  { sql }: StoreDatabase,
  digest: string,
  holder: string,
  allowed: (row: AssetTable) => boolean
): Promise<boolean> {
  return await sql.transaction().execute(async transaction => {
    await lockRows(transaction, [digest])
    const row = await transaction.selectFrom('assets').selectAll().where('digest', '=', digest).executeTakeFirst()
    if (!row || !allowed(row)) return false
    const reference = await transaction
      .selectFrom('asset_references')
      .select('digest')
      .where('digest', '=', digest)
      .limit(1)
      .executeTakeFirst()
    if (reference) return false
    await transaction
      .updateTable('assets')
      .set({ state: 'removing', holder, changed_ms: Date.now() })
      .where('digest', '=', digest)
      .execute()
    return true
  })
}

/** Begins to remove bytes that have no row, by giving them one that says so. False where they have a row. */
export async function claimStray(
  { sql }: StoreDatabase,
  { digest, bytes }: StoredBlob,
  holder: string
): Promise<boolean> {
  const now = Date.now()
  const { numInsertedOrUpdatedRows } = await sql
    .insertInto('assets')
    .values({ digest, bytes, content_type: '', state: 'removing', holder, created_ms: now, changed_ms: now })
    .onConflict(conflict => conflict.column('digest').doNothing())
    .executeTakeFirst()
  return Boolean(numInsertedOrUpdatedRows)
}

/** Begins to remove those of the assets, locked by this transaction, that nobody refers to any more. */
export async function claimUnreferenced(
  transaction: Transaction<Tables>,
  digests: readonly string[],
  holder: string
): Promise<readonly StoredBlob[]> {
  return await transaction
    .updateTable('assets')
    .set({ state: 'removing', holder, changed_ms: Date.now() })
    .where('digest', 'in', digests)
    .where('state', 'in', ['ready', 'lost'])
    .where(row =>
      row.not(
        row.exists(
          row.selectFrom('asset_references').select('name').whereRef('asset_references.digest', '=', 'assets.digest')
        )
      )
    )
    .returning(['digest', 'bytes'])
    .execute()
}

/** Tells that a removal goes on. False where another has taken it over. */
export async function renewClaim({ sql }: StoreDatabase, digest: string, holder: string): Promise<boolean> {
  const { numUpdatedRows } = await sql
    .updateTable('assets')
    // Changes in any case, also within one millisecond and when the clock was set back.
    .set(row => ({ changed_ms: row('changed_ms', '+', 1) }))
    .where('digest', '=', digest)
    .where('state', '=', 'removing')
    .where('holder', '=', holder)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The bytes are gone, and so are the rows, but for those that another has begun to remove again. */
export async function dropRows({ sql }: StoreDatabase, digests: readonly string[], holder: string): Promise<void> {
  if (digests.length === 0) return
  await sql
    .deleteFrom('assets')
    .where('digest', 'in', digests)
    .where('state', '=', 'removing')
    .where('holder', '=', holder)
    .execute()
}
