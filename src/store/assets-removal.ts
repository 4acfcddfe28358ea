import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { claimRemoval, claimStray, dropRows, renewClaim } from './assets-rows.ts'
import type { BlobStore, StoredBlob } from './blobs/blob-store.ts'
import { DigestLock } from './blobs/digest-lock.ts'
import { takenAway } from './blobs/refusals.ts'
import type { StoreDatabase } from './database.ts'
import type { AssetTable } from './tables.ts'

/** Steps at which a process may be killed; tests end it there. */
export type AssetStep =
  | 'row-writing'
  | 'bytes-stored'
  | 'row-ready'
  | 'reference-removed'
  | 'row-removing'
  | 'bytes-removed'
  | 'row-removed'

export interface RemovalOptions {
  readonly onStep?: (step: AssetStep) => void
  /**
   * How long a removal that was found is waited for before it is done again. Default 15 s: has to be longer than a
   * blob store's removal can take (10 s, `requestMs` of S3), or it might remove what was kept again.
   */
  readonly takeOverMs?: number
}

/** Blobs that are removed at the same time. */
const lanes = 4

/** Takes assets away: the row says so, the bytes go, the row goes. Whoever finds it half done can do it again. */
export class AssetRemoval {
  readonly lock = new DigestLock()
  readonly #database: StoreDatabase
  readonly #blobs: BlobStore
  readonly #onStep: ((step: AssetStep) => void) | undefined
  readonly #takeOverMs: number

  constructor(database: StoreDatabase, blobs: BlobStore, { onStep, takeOverMs = 15_000 }: RemovalOptions) {
    this.#database = database
    this.#blobs = blobs
    this.#onStep = onStep
    this.#takeOverMs = takeOverMs
  }

  /** Removes an asset without references of which `allowed` holds. False where it stays. */
  remove(digest: string, allowed: (row: AssetTable) => boolean): Promise<boolean> {
    return this.lock.run(digest, () => this.#removeLocked(digest, allowed))
  }

  /** Removes bytes that have no row. False where they have one after all. */
  removeStray(blob: StoredBlob): Promise<boolean> {
    return this.lock.run(blob.digest, async () => {
      const holder = randomUUID()
      const sinceMs = performance.now()
      if (!(await claimStray(this.#database, blob, holder))) return false
      await this.finish([blob.digest], holder, sinceMs)
      return true
    })
  }

  /**
   * Waits until a removal that was found is over; the caller has the lock, so it is another process' or a killed
   * one's. When it stands still for too long it is done again here. No clock that can be set is asked.
   * @throws SL_BLOB_STORAGE, retryable, when others go on removing it
   */
  async settle(digest: string): Promise<void> {
    const beganMs = performance.now()
    let seen: AssetTable | undefined
    let stillSinceMs = beganMs
    for (let pauseMs = 10; ; pauseMs = Math.min(2 * pauseMs, 500)) {
      const row = await this.#rowOf(digest)
      if (row?.state !== 'removing') return
      if (row.holder !== seen?.holder || row.changed_ms !== seen?.changed_ms) stillSinceMs = performance.now()
      seen = row
      if (performance.now() - stillSinceMs >= this.#takeOverMs) break
      if (performance.now() - beganMs >= 4 * this.#takeOverMs) throw takenAway(digest)
      await setTimeout(pauseMs)
    }
    const { holder, changed_ms } = seen
    await this.#removeLocked(
      digest,
      row => row.state === 'removing' && row.holder === holder && row.changed_ms === changed_ms
    )
  }

  /**
   * Takes away the bytes and rows of assets whose removal `holder` began at `sinceMs` of `performance.now()`. What
   * fails stays half done and is told.
   */
  async finish(digests: readonly string[], holder: string, sinceMs: number): Promise<void> {
    this.#onStep?.('row-removing')
    const left = [...digests]
    const gone: string[] = []
    const failures: unknown[] = []
    const lane = async (): Promise<void> => {
      for (let digest = left.pop(); digest !== undefined && failures.length === 0; digest = left.pop()) {
        try {
          if (!(await this.#stillMine(digest, holder, sinceMs))) continue
          await this.#blobs.remove(digest)
          gone.push(digest)
        } catch (error) {
          failures.push(error)
        }
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
    this.#onStep?.('bytes-removed')
    await dropRows(this.#database, gone, holder)
    this.#onStep?.('row-removed')
    if (failures.length > 0) throw failures[0]
  }

  /** Whoever waits for the removal takes it over when it stands still: a claim that is not fresh has to be renewed. */
  async #stillMine(digest: string, holder: string, sinceMs: number): Promise<boolean> {
    if (performance.now() - sinceMs < this.#takeOverMs / 5) return true
    return await renewClaim(this.#database, digest, holder)
  }

  #rowOf(digest: string): Promise<AssetTable | undefined> {
    return this.#database.sql.selectFrom('assets').selectAll().where('digest', '=', digest).executeTakeFirst()
  }

  async #removeLocked(digest: string, allowed: (row: AssetTable) => boolean): Promise<boolean> {
    const holder = randomUUID()
    const sinceMs = performance.now()
    if (!(await claimRemoval(this.#database, digest, holder, allowed))) return false
    await this.finish([digest], holder, sinceMs)
    return true
  }
}
