import { join } from 'node:path'
import type { DataFolder } from '../core/data-folder.ts'
import type { BlobStore } from '../store/blobs/blob-store.ts'
import { openDiskBlobs } from '../store/blobs/disk.ts'
import { s3Settings } from '../store/blobs/s3-settings.ts'

export interface BlobPlaceOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** False beside a running instance, whose unfinished files are then left alone. Default true. */
  readonly alone?: boolean
}

/**
 * Opens a data folder's blobs: in the bucket that the environment names, else on this machine's disk.
 * @throws SL_CONFIG_INVALID, SL_BLOB_STORAGE, SL_BLOB_FULL
 */
export async function openBlobs(folder: DataFolder, { environment, alone }: BlobPlaceOptions): Promise<BlobStore> {
  const settings = s3Settings(environment)
  if (settings === undefined) return openDiskBlobs({ folder: folder.blobs, secrets: folder.secrets, alone })
  const { openS3Blobs } = await import('../store/blobs/s3.ts')
  return openS3Blobs(settings, { spool: join(folder.path, 'local', 'uploads'), alone })
}
