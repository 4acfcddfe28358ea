import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Insertable } from 'kysely'
import { SightlineError } from '../../core/errors.ts'
import type { RestoredRecords } from '../../events/restored-records.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { StoreDatabase } from '../database.ts'
import type { Tables } from '../tables.ts'
import { type EpochEntry, limits } from './backup-format.ts'
import type { BackedUpTable } from './backup-tables.ts'
import { type BackupEntry, backupEntries, bytesOf, damaged } from './read-backup.ts'
import { letterRows, pendingRows } from './record-lines.ts'
import { beginRestore, emptyStore, endRestore } from './restore-marker.ts'
import { type Revoked, revokeShown } from './revoke-shown.ts'
import { textToRow } from './row-text.ts'
import type { VerifiedBackup } from './verify-backup.ts'

export interface RestoreTarget {
  /** With the backup's migrations and no later ones. */
  readonly database: StoreDatabase
  readonly blobs?: Pick<BlobStore, 'put'>
  /** For the records that were not in the store; left out, they are not restored. */
  readonly records?: Pick<RestoredRecords, 'begin' | 'addPending' | 'addLetters' | 'drop'>
  /** Folder for the keys. */
  readonly secrets: string
  /** Makes sure that no stream ever gets an epoch up to these again. */
  raiseEpochs(epochs: readonly EpochEntry[]): Promise<void>
}

export interface RestoreOptions {
  readonly signal?: AbortSignal
  /** Wall time from which on links and tokens of the backup are revoked; left out, they are as they were. */
  readonly revokeAtMs?: number | undefined
  onProgress?(done: number, total: number): void
}

export interface RestoreResult {
  readonly revoked: Revoked
  readonly rows: number
  /** Records on their way into the store: whoever serves it brings them in. */
  readonly pending: number
  readonly deadLetters: number
  readonly blobs: number
}

/**
 * Fills an empty store with a backup that `verifyBackup` has found whole. While it runs, the store carries a mark: a
 * restore that is killed leaves a store that no instance starts on, and that the next restore empties. One that fails
 * empties it itself. Throws SL_RESTORE_NOT_EMPTY, SL_BACKUP_DAMAGED, SL_CANCELLED, and what writing throws.
 */
export async function restoreBackup(
  path: string,
  { manifest, epochs, trailer }: VerifiedBackup,
  target: RestoreTarget,
  { signal, revokeAtMs, onProgress }: RestoreOptions = {}
): Promise<RestoreResult> {
  const { database, blobs, records, secrets } = target
  const again = await beginRestore(database)
  try {
    records?.begin(again)
    // Before the first row: whatever happens later, no epoch comes again.
    await target.raiseEpochs(epochs)
    const columns = await columnsOf(database)
    const total = manifest.tables.reduce((sum, table) => sum + table.rows, 0)
    const unusable = new Set(trailer.damagedBlobs)
    let rows = 0
    let kept = 0
    let pending = 0
    let deadLetters = 0
    for await (const entry of backupEntries(path, signal)) {
      if (entry.kind === 'part') {
        rows += await insertPart(database, entry, path, columns)
        onProgress?.(rows, total)
      } else if (entry.kind === 'records' && records) {
        const lines = pendingRows(await rowsOf(entry, path))
        if (!lines) throw damaged(path, `${entry.name} has a line that is no record`)
        records.addPending(lines)
        pending += lines.length
      } else if (entry.kind === 'letters' && records) {
        const lines = letterRows(await rowsOf(entry, path))
        if (!lines) throw damaged(path, `${entry.name} has a line that is no dead letter`)
        records.addLetters(lines)
        deadLetters += lines.length
      } else if (entry.kind === 'blob' && blobs && !unusable.has(entry.of)) {
        await blobs.put(entry.content, { maxBytes: entry.size, expectedBytes: entry.size, signal })
        kept++
      } else if (entry.kind === 'secret') {
        await writeSecret(secrets, entry)
      }
    }
    // While it is marked: nobody opens a store in which they still work.
    const revoked = revokeAtMs === undefined ? { links: 0, tokens: 0 } : await revokeShown(database, revokeAtMs)
    await endRestore(database)
    return { revoked, rows, pending, deadLetters, blobs: kept }
  } catch (error) {
    // The mark stays where even that fails.
    await undo(target).catch(() => {})
    throw error
  }
}

async function undo({ records, database }: RestoreTarget): Promise<void> {
  records?.drop()
  await emptyStore(database)
}

type Columns = ReadonlyMap<string, ReadonlySet<string>>

async function columnsOf({ sql }: StoreDatabase): Promise<Columns> {
  const tables = await sql.introspection.getTables()
  return new Map(tables.map(({ name, columns }) => [name, new Set(columns.map(column => column.name))]))
}

const unpack = promisify(gunzip)

/** One part, all of it or nothing. Gives its rows. */
async function insertPart(
  database: StoreDatabase,
  entry: BackupEntry,
  path: string,
  columns: Columns
): Promise<number> {
  const table = entry.of as BackedUpTable
  const known = columns.get(table)
  if (!known) throw damaged(path, `the store has no table ${table}`)
  const rows = await rowsOf(entry, path)
  for (const row of rows) {
    for (const key of Object.keys(row)) {
      if (!known.has(key)) throw damaged(path, `${entry.name} has a column ${JSON.stringify(key.slice(0, 80))}`)
    }
  }
  if (rows.length === 0) return 0
  const added = await database.sql
    .transaction()
    .execute(transaction => database.insertNew(transaction, table, rows as Insertable<Tables[BackedUpTable]>[]))
  if (added !== rows.length) throw damaged(path, `${entry.name} has rows that are there already`)
  return rows.length
}

async function rowsOf(entry: BackupEntry, path: string): Promise<Record<string, unknown>[]> {
  try {
    const text = await unpack(await bytesOf(entry), { maxOutputLength: limits.textBytes })
    return text
      .toString('utf8')
      .split('\n')
      .flatMap(line => (line === '' ? [] : [textToRow(line)]))
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    throw damaged(path, `${entry.name} cannot be unpacked (${(cause as Error).message})`, cause)
  }
}

/** Readable by its owner alone, and there whole or not at all. */
async function writeSecret(folder: string, entry: BackupEntry): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const hidden = join(folder, `.${entry.of}.partial`)
  const file = await open(hidden, 'w', 0o600)
  try {
    await file.writeFile(await bytesOf(entry))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(hidden, join(folder, entry.of))
}
