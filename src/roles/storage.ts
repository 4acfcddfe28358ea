import type { DataFolder } from '../core/data-folder.ts'
import type { SightlineError } from '../core/errors.ts'
import { Assets } from '../store/assets.ts'
import { refuseHalfRestored } from '../store/backup/restore-marker.ts'
import type { BlobStore } from '../store/blobs/blob-store.ts'
import { openDatabase, type StoreDatabase } from '../store/database.ts'
import { StoreSink } from '../store/log-sink.ts'
import type { QueryWatch } from '../store/query-watch.ts'
import { openBlobs } from './blob-place.ts'

export interface StorageOptions {
  readonly folder: DataFolder
  /** Where the store is in PostgreSQL. */
  readonly url: string | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The disk below the store can no longer be trusted: the process has to end. */
  readonly onFatal: (error: SightlineError) => void
  /** Told of every query. */
  readonly onQuery?: QueryWatch | undefined
}

/** What everything accepted ends up in. */
export interface Storage extends AsyncDisposable {
  readonly database: StoreDatabase
  readonly blobs: BlobStore
  readonly assets: Assets
  readonly sink: StoreSink
}

/**
 * Opens the store and blobs of a data folder that is this process's own.
 * @throws SL_DATA_NEWER, SL_RESTORE_UNFINISHED, SL_STORE_UNAVAILABLE, SL_STORE_DAMAGED, SL_BLOB_…
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const { folder, url, environment, onFatal, onQuery } = options
  await using opened = new AsyncDisposableStack()
  const database = opened.use(
    await openDatabase(url === undefined ? { file: folder.store, onFatal, onQuery } : { url, onQuery })
  )
  await refuseHalfRestored(database)
  const blobs = opened.use(await openBlobs(folder, { environment }))
  const sink = opened.use(new StoreSink(database))
  const parts = { database, blobs, sink, assets: new Assets(database, blobs) }
  const kept = opened.move()
  return { ...parts, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}
