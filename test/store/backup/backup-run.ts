import { join } from 'node:path'
import type { EpochEntry } from '../../../src/store/backup/backup-format.ts'
import { type RestoreTarget, restoreBackup } from '../../../src/store/backup/restore-backup.ts'
import type { Snapshot } from '../../../src/store/backup/snapshot.ts'
import { openSqliteSnapshot } from '../../../src/store/backup/sqlite-snapshot.ts'
import { verifyBackup } from '../../../src/store/backup/verify-backup.ts'
import { type BackupSource, writeBackup } from '../../../src/store/backup/write-backup.ts'
import type { BlobStore } from '../../../src/store/blobs/blob-store.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { history } from '../../../src/store/migrations/history.ts'

export const known = history.map(({ name }) => name)
export const written = { program: '1.2.3', createdMs: 1_763_000_000_000 }

/** Backs up what a snapshot shows; gives the file. */
export async function backUp(snapshot: Snapshot, folder: string, more: Partial<BackupSource> = {}): Promise<string> {
  const path = join(folder, 'backup.tar')
  await writeBackup({ snapshot, epochs: [], ...more }, path, written)
  return path
}

/** Backs up an embedded store. */
export async function backUpFile(file: string, folder: string, more: Partial<BackupSource> = {}): Promise<string> {
  await using snapshot = openSqliteSnapshot(file)
  return await backUp(snapshot, folder, more)
}

export interface Restored {
  readonly rows: number
  readonly blobs: number
  readonly epochs: readonly EpochEntry[]
}

/** Checks a backup and restores it. */
export async function restoreInto(
  database: StoreDatabase,
  path: string,
  folder: string,
  blobs?: Pick<BlobStore, 'put'>,
  records?: RestoreTarget['records'],
  signal?: AbortSignal
): Promise<Restored> {
  let epochs: readonly EpochEntry[] = []
  const verified = await verifyBackup(path, { migrations: known })
  const target: RestoreTarget = {
    database,
    blobs,
    records,
    secrets: join(folder, 'restored-secrets'),
    raiseEpochs: async raised => {
      epochs = raised
    }
  }
  const result = await restoreBackup(path, verified, target, { signal })
  return { ...result, epochs }
}
