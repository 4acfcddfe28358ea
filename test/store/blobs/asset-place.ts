import type { TestContext } from 'node:test'
import type { AssetReference } from '../../../src/store/assets.ts'
import type { ReconcileReport } from '../../../src/store/assets-reconcile.ts'
import type { BlobStore } from '../../../src/store/blobs/blob-store.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'

export interface Place {
  readonly database: StoreDatabase
  readonly blobs: BlobStore
}

/** An empty database and empty blobs, closed when the test ends. */
export type OpenPlace = (t: TestContext) => Promise<Place>

export const clip: AssetReference = { kind: 'clip', owner: 'job/1', name: 'a.mp4', stream: 'gate' }

/** Nothing is too young to be judged. */
export const atOnce = { unfinishedMs: 0, unreferencedMs: 0, strayMs: 0, pauseMs: 0 }

export const nothing: ReconcileReport = { unfinished: 0, unreferenced: 0, strays: 0, lost: 0, found: 0, tidied: 0 }

export function rowsOf({ sql }: StoreDatabase) {
  return sql.selectFrom('assets').selectAll().orderBy('digest').execute()
}
