import type { AssetKind } from './assets.ts'
import type { BlobStore, ByteRange, OpenBlob } from './blobs/blob-store.ts'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'

/** A file that is kept for somebody: `job/…`, `track/…`. */
export interface KeptFile {
  readonly owner: string
  readonly kind: AssetKind
  readonly name: string
  readonly digest: string
  readonly bytes: number
  readonly contentType: string
  readonly stream: string | null
  readonly createdMs: number
}

/** Most files that are listed at once. */
const maxFiles = 10_000

/** Files by whom they are kept for, and their bytes. */
export class KeptFiles {
  readonly #database: StoreDatabase
  readonly #blobs: BlobStore

  constructor(database: StoreDatabase, blobs: BlobStore) {
    this.#database = database
    this.#blobs = blobs
  }

  /** What is there of these owners, by owner and name: at most 10,000. */
  async ofOwners(owners: readonly string[], kinds: readonly AssetKind[]): Promise<readonly KeptFile[]> {
    if (owners.length === 0 || kinds.length === 0) return []
    const rows = await this.#database.sql
      .selectFrom('asset_references as reference')
      .innerJoin('assets', 'assets.digest', 'reference.digest')
      .select(['owner', 'kind', 'name', 'reference.digest', 'bytes', 'content_type', 'stream', 'reference.created_ms'])
      .where(oneOf(this.#database, 'owner', owners))
      .where('kind', 'in', kinds)
      .where('state', '=', 'ready')
      .orderBy('owner')
      .orderBy('name')
      .orderBy('reference.created_ms')
      .limit(maxFiles)
      .execute()
    return rows.map(({ content_type: contentType, created_ms: createdMs, kind, ...row }) => {
      return { ...row, kind: kind as AssetKind, contentType, createdMs }
    })
  }

  /** Undefined for what is not kept. */
  async facts(digest: string): Promise<Pick<KeptFile, 'digest' | 'bytes' | 'contentType'> | undefined> {
    const row = await this.#database.sql
      .selectFrom('assets')
      .select(['bytes', 'content_type'])
      .where('digest', '=', digest)
      .where('state', '=', 'ready')
      .executeTakeFirst()
    return row && { digest, bytes: row.bytes, contentType: row.content_type }
  }

  /** @throws SL_BLOB_NOT_FOUND, SL_BLOB_RANGE */
  open(digest: string, range?: ByteRange): Promise<OpenBlob> {
    return this.#blobs.open(digest, { range })
  }
}
