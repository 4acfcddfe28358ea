import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { claimRemoval, claimStray, dropRow } from './assets-rows.ts'
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

/** Longer than any attempt of a blob store to remove one takes (`removeTimeoutMs` of S3). */
const takeOverMs = 15_000

/** Takes assets away: the row says so, the bytes go, the row goes. Whoever finds it half done can do it again. */
export class AssetRemoval {
  readonly lock = new DigestLock()
  readonly #database: StoreDatabase
  readonly #blobs: BlobStore
  readonly #onStep: ((step: AssetStep) => void) | undefined

  constructor(database: StoreDatabase, blobs: BlobStore, onStep?: (step: AssetStep) => void) {
    this.#database = database
    this.#blobs = blobs
    this.#onStep = onStep
  }

  /** Removes an asset without references of which `allowed` holds. False where it stays. */
  remove(digest: string, allowed: (row: AssetTable) => boolean): Promise<boolean> {
    return this.lock.run(digest, () => this.#removeLocked(digest, allowed))
  }

  /** Removes bytes that have no row. False where they have one after all. */
  removeStray(blob: StoredBlob): Promise<boolean> {
    return this.lock.run(blob.digest, async () => {
      const holder = randomUUID()
      if (!(await claimStray(this.#database, blob, holder))) return false
      await this.#finish(blob.digest, holder)
      return true
    })
  }

  /**
   * Waits until a removal that was found is over; the caller has the lock, so it is another process' or a killed
   * one's. When it stands still for too long it is done again here. No clock that can be set is asked.
   * @throws SL_BLOB_STORAGE, retryable, when others go on removing it
   */
  async settle(digest: string): Promise<void> {
    const read = () =>
      this.#database.sql.selectFrom('assets').selectAll().where('digest', '=', digest).executeTakeFirst()
    const found = await read()
    const sinceMs = performance.now()
    for (let pauseMs = 10; performance.now() - sinceMs < takeOverMs; pauseMs = Math.min(2 * pauseMs, 500)) {
      const row = await read()
      if (row?.state !== 'removing') return
      if (row.holder !== found?.holder) throw takenAway(digest)
      await setTimeout(pauseMs)
    }
    await this.#removeLocked(digest, row => row.state === 'removing' && row.holder === found?.holder)
  }

  async #removeLocked(digest: string, allowed: (row: AssetTable) => boolean): Promise<boolean> {
    const holder = randomUUID()
    if (!(await claimRemoval(this.#database, digest, holder, allowed))) return false
    await this.#finish(digest, holder)
    return true
  }

  async #finish(digest: string, holder: string): Promise<void> {
    this.#onStep?.('row-removing')
    await this.#blobs.remove(digest)
    this.#onStep?.('bytes-removed')
    await dropRow(this.#database, digest, holder)
    this.#onStep?.('row-removed')
  }
}
