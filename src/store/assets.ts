import { randomUUID } from 'node:crypto'
import type { ExpressionBuilder, Transaction } from 'kysely'
import { SightlineError } from '../core/errors.ts'
import { AssetRemoval, type AssetStep, type RemovalOptions } from './assets-removal.ts'
import { announce, claimUnreferenced, countUsage, lockRows, makeReady } from './assets-rows.ts'
import { checkedName } from './blobs/blob-name.ts'
import type { BlobContent, BlobStore, PutOptions, StagedBlob, StoredBlob } from './blobs/blob-store.ts'
import { checkedContentType, checkedDigest } from './blobs/digest.ts'
import { notFound, takenAway } from './blobs/refusals.ts'
import type { StoreDatabase } from './database.ts'
import type { AssetReferenceTable, Tables } from './tables.ts'

export type AssetKind = 'snapshot' | 'upload' | 'clip' | 'export' | 'report'

/** Why a content is kept, and for whom. */
export interface AssetReference {
  readonly kind: AssetKind
  /** Whose it is, `job/…` or `track/…`: up to 512 bytes without control characters. */
  readonly owner: string
  /** What people call it; see `checkedName`. */
  readonly name: string
  /** Whose budget it counts for. */
  readonly stream?: string
}

/** References that fit everything that is given. */
export interface ReferenceMatch {
  readonly owner: string
  readonly kind?: AssetKind
  readonly name?: string
  readonly digest?: string
}

export interface Released {
  readonly references: number
  /** What was removed with its last reference. */
  readonly assets: number
  readonly bytes: number
}

/** References that one transaction releases. Raise it to release many sooner; others wait for longer meanwhile. */
const releaseBite = 200
/** Matches that one question asks for. */
const matchBite = 100
const attempts = 20

/** Contents with the rows that tell why they are kept. Rows and bytes stay in step through a kill at any moment. */
export class Assets {
  readonly database: StoreDatabase
  readonly blobs: BlobStore
  readonly removal: AssetRemoval
  readonly #onStep: ((step: AssetStep) => void) | undefined

  constructor(database: StoreDatabase, blobs: BlobStore, options: RemovalOptions = {}) {
    this.database = database
    this.blobs = blobs
    this.removal = new AssetRemoval(database, blobs, options)
    this.#onStep = options.onStep
  }

  /**
   * Keeps a content for as long as it is referenced. When this resolves it outlives a power cut; kept again, for
   * the same or another reason, its bytes are there once.
   * @throws SL_BLOB_NAME and what `BlobStore.put` throws
   */
  async keep(content: BlobContent, reference: AssetReference, options: PutOptions = {}): Promise<StoredBlob> {
    const checked = checkedReference(reference)
    const contentType = checkedContentType(options.contentType)
    await using staged = await this.blobs.stage(content, options)
    const { digest, bytes } = staged
    await this.removal.lock.run(digest, () => this.#record(staged, checked, contentType))
    return { digest, bytes }
  }

  /**
   * Keeps bytes that are among the blobs already, for one more reason.
   * @throws SL_BLOB_NOT_FOUND
   */
  async adopt(digest: string, reference: AssetReference, contentType?: string): Promise<StoredBlob> {
    const checked = checkedReference(reference)
    const type = checkedContentType(contentType)
    const bytes = await this.blobs.size(checkedDigest(digest))
    if (bytes === undefined) throw notFound(digest)
    const present: StoredBlob & { store(): Promise<void> } = {
      digest,
      bytes,
      store: async () => {
        if ((await this.blobs.size(digest)) !== bytes) throw notFound(digest)
      }
    }
    await this.removal.lock.run(digest, () => this.#record(present, checked, type))
    return { digest, bytes }
  }

  /**
   * Gives up the references that match any of these. What has none left is removed at once; when its place refuses,
   * this throws with the references given up, and the reconciler removes the rest later.
   */
  async release(match: ReferenceMatch | readonly ReferenceMatch[]): Promise<Released> {
    const matches = 'owner' in match ? [match] : match
    let released: Released = { references: 0, assets: 0, bytes: 0 }
    for (let at = 0; at < matches.length; at += matchBite) {
      const some = matches.slice(at, at + matchBite)
      for (;;) {
        const holder = randomUUID()
        const sinceMs = performance.now()
        const { references, removed } = await this.#releaseBite(some, holder)
        if (references === 0) break
        this.#onStep?.('reference-removed')
        const digests = removed.map(({ digest }) => digest)
        if (digests.length > 0) await this.removal.finish(digests, holder, sinceMs)
        released = {
          references: released.references + references,
          assets: released.assets + removed.length,
          bytes: removed.reduce((sum, { bytes }) => sum + bytes, released.bytes)
        }
      }
    }
    return released
  }

  /** Announced, stored, recorded; from the start again when another process removed it in between. */
  async #record(
    staged: Pick<StagedBlob, 'digest' | 'bytes' | 'store'>,
    reference: AssetReference,
    contentType: string
  ): Promise<void> {
    const { digest, bytes } = staged
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const holder = randomUUID()
      const created_ms = Date.now()
      const row = await announce(this.database, { digest, bytes, content_type: contentType, holder, created_ms })
      if (row?.state === 'removing') await this.removal.settle(digest)
      if (row?.state !== 'writing' && row?.state !== 'ready') continue
      this.#onStep?.('row-writing')
      await staged.store()
      this.#onStep?.('bytes-stored')
      const { kind, owner, name, stream = null } = reference
      const entry = { digest, kind, owner, name, stream, created_ms }
      if (await makeReady(this.database, staged, holder, entry)) {
        this.#onStep?.('row-ready')
        return
      }
    }
    throw takenAway(digest)
  }

  async #releaseBite(
    matches: readonly ReferenceMatch[],
    holder: string
  ): Promise<{ references: number; removed: readonly StoredBlob[] }> {
    const matching = anyOf(matches)
    return await this.database.sql.transaction().execute(async transaction => {
      const found = await transaction
        .selectFrom('asset_references')
        .select('digest')
        .distinct()
        .where(matching)
        .orderBy('digest')
        .limit(releaseBite)
        .execute()
      const digests = found.map(({ digest }) => digest)
      if (digests.length === 0) return { references: 0, removed: [] }
      await lockRows(transaction, digests)
      const assets = await transaction
        .updateTable('assets')
        .set({ changed_ms: Date.now() })
        .where('digest', 'in', digests)
        .returning(['digest', 'bytes'])
        .execute()
      const gone = await transaction
        .deleteFrom('asset_references')
        .where('digest', 'in', digests)
        .where(matching)
        .returning(['digest', 'kind', 'stream'])
        .execute()
      await discount(transaction, gone, new Map(assets.map(({ digest, bytes }) => [digest, bytes])))
      return { references: gone.length, removed: await claimUnreferenced(transaction, digests, holder) }
    })
  }
}

async function discount(
  transaction: Transaction<Tables>,
  gone: readonly Pick<AssetReferenceTable, 'digest' | 'kind' | 'stream'>[],
  sizes: ReadonlyMap<string, number>
): Promise<void> {
  const shares = Map.groupBy(gone, ({ kind, stream }) => `${kind}/${stream ?? ''}`)
  // In one order everywhere, so that two releases never wait for each other.
  for (const [, group] of [...shares].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const bytes = group.reduce((sum, { digest }) => sum + (sizes.get(digest) ?? 0), 0)
    if (group[0]) await countUsage(transaction, group[0], -group.length, -bytes)
  }
}

function anyOf(matches: readonly ReferenceMatch[]) {
  return (row: ExpressionBuilder<Tables, 'asset_references'>) =>
    row.or(
      matches.map(({ owner, kind, name, digest }) =>
        row.and({
          owner,
          ...(kind === undefined ? {} : { kind }),
          ...(name === undefined ? {} : { name }),
          ...(digest === undefined ? {} : { digest })
        })
      )
    )
}

function checkedReference(reference: AssetReference): AssetReference {
  const { owner } = reference
  if (owner === '' || Buffer.byteLength(owner) > 512 || /\p{Cc}/u.test(owner) || !owner.isWellFormed())
    throw new SightlineError(
      'SL_BLOB_NAME',
      `${JSON.stringify(owner.slice(0, 80))} is no owner of an asset. Give one such as job/ and its id.`
    )
  return { ...reference, name: checkedName(reference.name) }
}
