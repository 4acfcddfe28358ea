import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '../../core/errors.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { BackupFile } from './backup-file.ts'
import {
  backupFormat,
  backupVersion,
  type EpochEntry,
  entryOf,
  lettersName,
  listName,
  type Manifest,
  type PartFacts,
  partName,
  recordsName,
  type Trailer
} from './backup-format.ts'
import { type BackedUpTable, backedUpTables, unfinishedKey, withoutSecrets } from './backup-tables.ts'
import { removeAbandoned } from './hidden-file.ts'
import type { RecordSpool } from './record-spool.ts'
import { rowParts } from './row-parts.ts'
import type { Row } from './row-text.ts'
import type { Snapshot } from './snapshot.ts'

export interface BackupSource {
  readonly snapshot: Snapshot
  /** What the machine's own ledger has, read after the snapshot was taken: epochs of which the store has no row yet. */
  readonly epochs: readonly EpochEntry[]
  /** Records on their way into the store, taken before the snapshot was. */
  readonly pending?: Pick<RecordSpool, 'parts' | 'unreadable'>
  /** Records that the store would not take, as rows. */
  readonly deadLetters?: AsyncIterable<readonly Row[]>
  /** Left out where contents are kept by other means. */
  readonly blobs?: Pick<BlobStore, 'open'>
  /** Folder of the keys. Left out, the backup has neither keys nor passwords nor tokens. */
  readonly secrets?: string
}

export interface BackupProgress {
  readonly phase: 'rows' | 'contents'
  readonly done: number
  readonly total: number
}

export interface BackupOptions {
  readonly program: string
  readonly createdMs: number
  readonly signal?: AbortSignal
  onProgress?(progress: BackupProgress): void
}

export interface BackupResult {
  readonly rows: number
  /** Records on their way into the store. Some may be among the rows as well: they are known by their ids. */
  readonly pending: number
  /** Rows of the logs that could not be read. */
  readonly unreadable: number
  readonly deadLetters: number
  readonly blobs: number
  readonly bytes: number
  /** Contents that the store's rows tell of and that were not there. */
  readonly missingBlobs: number
  readonly damagedBlobs: readonly string[]
}

/**
 * Writes everything the store has at the moment of the snapshot into one file, which appears when it is whole. Memory
 * does not grow with the store. Throws SL_OUTPUT_FULL, SL_OUTPUT_UNWRITABLE, SL_CANCELLED, SL_RESTORE_UNFINISHED
 * (the store is half of something), and what reading throws.
 */
export async function writeBackup(source: BackupSource, path: string, options: BackupOptions): Promise<BackupResult> {
  const { snapshot, blobs, secrets } = source
  const counts: { name: BackedUpTable; rows: number }[] = []
  for (const name of backedUpTables) counts.push({ name, rows: await snapshot.count(name) })
  const manifest: Manifest = {
    format: backupFormat,
    version: backupVersion,
    program: options.program,
    database: snapshot.kind,
    createdMs: options.createdMs,
    migrations: [...snapshot.migrations],
    tables: counts,
    blobs: blobs !== undefined,
    secrets: secrets !== undefined
  }
  await removeAbandoned(path)
  await using file = new BackupFile(path, options.createdMs, options.signal)
  await file.add('manifest.json', json(manifest))
  await file.add('epochs.json', json(await highestEpochs(source)))

  const total = counts.reduce((sum, { rows }) => sum + rows, 0)
  let rows = 0
  for (const { name } of counts) {
    rows += await writeTable(file, snapshot, name, secrets !== undefined, done => {
      throwIfCancelled(path, options.signal)
      options.onProgress?.({ phase: 'rows', done: rows + done, total })
    })
  }
  const { pending, deadLetters } = source
  const records = pending ? await writeParts(file, pending.parts(await snapshot.positions()), recordsName) : 0
  const letters = deadLetters ? await writeParts(file, rowParts(deadLetters), lettersName) : 0
  if (secrets !== undefined) await writeSecrets(file, secrets)
  const written = blobs
    ? await writeBlobs(file, snapshot, blobs, path, options)
    : { count: 0, missing: 0, damaged: [] as string[] }
  const trailer: Trailer = { ...file.contents, missingBlobs: written.missing, damagedBlobs: written.damaged }
  await file.add('trailer.json', json(trailer))
  throwIfCancelled(path, options.signal)
  await file.commit()
  const { count, missing, damaged } = written
  return {
    rows,
    pending: records,
    unreadable: pending?.unreadable ?? 0,
    deadLetters: letters,
    blobs: count,
    bytes: file.bytes,
    missingBlobs: missing,
    damagedBlobs: damaged
  }
}

/** The higher one of what the ledger and the store say. */
async function highestEpochs({ epochs, snapshot }: BackupSource): Promise<EpochEntry[]> {
  const highest = new Map<string, number>()
  const raise = (stream: string, epoch: number) => highest.set(stream, Math.max(epoch, highest.get(stream) ?? 1))
  for (const { stream, epoch } of epochs) raise(stream, epoch)
  for await (const rows of snapshot.rows('epochs')) {
    for (const { stream, epoch } of rows) raise(String(stream), Number(epoch))
  }
  return [...highest].map(([stream, epoch]) => ({ stream, epoch }))
}

async function writeTable(
  file: BackupFile,
  snapshot: Snapshot,
  table: BackedUpTable,
  withSecrets: boolean,
  onRows: (done: number) => void
): Promise<number> {
  const parts: PartFacts[] = []
  let done = 0
  for await (const { bytes, rows, read } of rowParts(snapshot.rows(table), row => keptOf(table, row, withSecrets))) {
    done += read
    onRows(done)
    const sha256 = await file.add(partName(table, parts.length + 1), bytes)
    parts.push({ rows, bytes: bytes.byteLength, sha256 })
  }
  await file.add(listName(table), json({ parts }))
  return done
}

/** What the store did not have at its moment; gives how many records. */
async function writeParts(
  file: BackupFile,
  parts: AsyncIterable<{ readonly bytes: Uint8Array; readonly rows: number }>,
  nameOf: (part: number) => string
): Promise<number> {
  let part = 0
  let written = 0
  for await (const { bytes, rows } of parts) {
    await file.add(nameOf(++part), bytes)
    written += rows
  }
  return written
}

function keptOf(table: BackedUpTable, row: Row, withSecrets: boolean): Row | undefined {
  if (table === 'settings' && row.key === unfinishedKey) {
    throw new SightlineError(
      'SL_RESTORE_UNFINISHED',
      'This store is half of a backup whose restore was broken off: run `sightline restore` again before backing it up.'
    )
  }
  return withSecrets ? row : withoutSecrets(table, row)
}

async function writeSecrets(file: BackupFile, folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names.sort()) {
    const entry = `secrets/${name}`
    if (entryOf(entry)) await file.add(entry, await readFile(join(folder, name)))
  }
}

async function writeBlobs(
  file: BackupFile,
  snapshot: Snapshot,
  blobs: Pick<BlobStore, 'open'>,
  path: string,
  { signal, onProgress }: BackupOptions
): Promise<{ readonly count: number; readonly missing: number; readonly damaged: string[] }> {
  const total = await snapshot.count('assets')
  const damaged: string[] = []
  let count = 0
  let missing = 0
  for await (const rows of snapshot.rows('assets')) {
    for (const { digest, state } of rows) {
      throwIfCancelled(path, signal)
      const content = state === 'ready' ? await open(blobs, String(digest)) : undefined
      if (content) {
        const size = content.bytes
        const sha256 = await file.stream(`blobs/${digest}`, size, exactly(content.stream, size))
        if (sha256 !== digest) damaged.push(String(digest))
        count++
      } else {
        missing++
      }
      onProgress?.({ phase: 'contents', done: count + missing, total })
    }
  }
  return { count, missing, damaged }
}

/** Retention goes on during a backup: what it removes meanwhile is missing, and that is no failure. */
async function open(blobs: Pick<BlobStore, 'open'>, digest: string) {
  try {
    return await blobs.open(digest)
  } catch (error) {
    if (error instanceof SightlineError && error.code === 'SL_BLOB_NOT_FOUND') return undefined
    throw error
  }
}

/** A tar's entry says its length first: a content that is cut short meanwhile is filled up, and then counts as damaged. */
async function* exactly(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let left = size
  for await (const chunk of stream) {
    if (chunk.byteLength > left) {
      if (left > 0) yield chunk.subarray(0, left)
      return
    }
    left -= chunk.byteLength
    yield chunk
  }
  const filling = new Uint8Array(2 ** 16)
  for (; left > 0; left -= Math.min(left, filling.byteLength)) yield filling.subarray(0, left)
}

function throwIfCancelled(path: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SightlineError('SL_CANCELLED', `Cancelled: ${path} was not written.`)
}

function json(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}
