import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { Command } from 'commander'
import type { DataFolder } from '../core/data-folder.ts'
import { SightlineError } from '../core/errors.ts'
import { DeadLetters } from '../events/dead-letters.ts'
import { EpochLedger } from '../events/epoch-ledger.ts'
import { PendingRecords } from '../events/pending-records.ts'
import { openBlobs } from '../roles/blob-place.ts'
import { withPostgresSnapshot } from '../store/backup/postgres-snapshot.ts'
import { RecordSpool } from '../store/backup/record-spool.ts'
import type { Snapshot } from '../store/backup/snapshot.ts'
import { openSqliteSnapshot } from '../store/backup/sqlite-snapshot.ts'
import { type BackupProgress, type BackupResult, type BackupSource, writeBackup } from '../store/backup/write-backup.ts'
import type { BlobStore } from '../store/blobs/blob-store.ts'
import { s3Settings } from '../store/blobs/s3-settings.ts'
import { type DataFlags, type DataPlace, dataPlace } from './data-place.ts'
import { Interrupt } from './interrupt.ts'
import { bytesText, contents, Progress, rows } from './progress.ts'
import type { Terminal } from './terminal.ts'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

interface BackupFlags extends DataFlags {
  readonly media: boolean
  readonly withSecrets?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** `sightline backup`: everything of an instance in one file, while it runs. Actions throw SightlineError. */
export function backupCommand(terminal: Terminal = process): Command {
  return new Command('backup')
    .description('write everything that is kept into one file, beside a running instance or without one')
    .argument('<file>', 'the backup, such as monday.tar')
    .option('--data <dir>', 'the data folder (default: $SIGHTLINE_DATA, data.folder of the settings, or ./data)')
    .option('--database-url <url>', 'the store in PostgreSQL (default: $SIGHTLINE_DATABASE_URL)')
    .option('--config <file>', 'the settings file (default: ./sightline.yaml)')
    .option('--no-media', 'leave snapshots, clips, uploads and exports out')
    .option('--with-secrets', 'with passwords, tokens and keys: keep the file like a key')
    .option('--force', 'replace the file if it is there')
    .option('--json', 'nothing but JSON on standard output')
    .action(async (file: string, flags: BackupFlags) => {
      const result = await backUp(file, flags, terminal)
      terminal.stdout.write(flags.json ? `${JSON.stringify({ file, ...result }, null, 2)}\n` : resultText(file, result))
    })
}

async function backUp(file: string, flags: BackupFlags, terminal: Terminal): Promise<BackupResult> {
  if (existsSync(file) && !flags.force) {
    const text = `${file} is there already. Give another name, or --force to replace it.`
    throw new SightlineError('SL_OUTPUT_UNWRITABLE', text)
  }
  const place = await dataPlace(flags, process.env)
  using interrupt = new Interrupt()
  const { signal } = interrupt
  const path = resolve(file)
  const positions = await withSnapshot(place, snapshot => snapshot.positions())
  await using pending = await RecordSpool.fill(path, new PendingRecords(place.folder.logs), positions, signal)
  return await withSnapshot(place, snapshot => write(path, place, { snapshot, pending }, flags, signal, terminal))
}

async function withSnapshot<Result>(place: DataPlace, work: (snapshot: Snapshot) => Promise<Result>): Promise<Result> {
  if (place.url !== undefined) return await withPostgresSnapshot(place.url, work)
  await using snapshot = openSqliteSnapshot(place.folder.store)
  return await work(snapshot)
}

async function write(
  path: string,
  { folder }: DataPlace,
  { snapshot, pending }: Pick<BackupSource, 'snapshot' | 'pending'>,
  { media, withSecrets, json }: BackupFlags,
  signal: AbortSignal,
  terminal: Terminal
): Promise<BackupResult> {
  await using resources = new AsyncDisposableStack()
  const blobs = media ? resources.use(await mediaOf(folder, snapshot)) : undefined
  const letters = existsSync(folder.deadLetters) ? resources.use(new DeadLetters(folder.deadLetters)) : undefined
  const bars = {
    rows: resources.use(new Progress({ label: 'rows', unit: rows, stream: terminal.stderr, silent: json })),
    contents: resources.use(new Progress({ label: 'contents', unit: contents, stream: terminal.stderr, silent: json }))
  }
  return await writeBackup(
    {
      snapshot,
      pending,
      deadLetters: letters?.rows(),
      epochs: epochsOf(folder.epochs),
      blobs,
      secrets: withSecrets ? folder.secrets : undefined
    },
    path,
    {
      program: version,
      createdMs: Date.now(),
      signal,
      onProgress: ({ phase, done, total }: BackupProgress) => bars[phase].update(done, total)
    }
  )
}

/**
 * Not alone: what an instance is writing now must not be tidied away. Undefined where nothing was ever kept.
 * @throws SL_BLOB_NOT_FOUND where the contents must be elsewhere
 */
async function mediaOf(folder: DataFolder, snapshot: Snapshot): Promise<BlobStore | undefined> {
  const { env: environment } = process
  if (s3Settings(environment) !== undefined || existsSync(folder.blobs))
    return await openBlobs(folder, { environment, alone: false })
  const contents = await snapshot.count('assets')
  if (contents === 0) return undefined
  throw new SightlineError(
    'SL_BLOB_NOT_FOUND',
    `The store tells of ${contents} contents, and there is no ${folder.blobs}. Where they are on S3, set SIGHTLINE_S3_BUCKET and what else the instance has of these; or leave them out with --no-media.`
  )
}

/** A folder that has no ledger has had no stream. */
function epochsOf(path: string) {
  if (!existsSync(path)) return []
  using ledger = new EpochLedger(path)
  return ledger.all()
}

function resultText(file: string, result: BackupResult): string {
  const { rows: count, pending, unreadable, deadLetters, blobs, bytes, missingBlobs, damagedBlobs } = result
  const waiting = pending > 0 ? `, ${pending} records that are on their way into the store` : ''
  const letters = deadLetters > 0 ? `, ${deadLetters} dead letters` : ''
  const broken = unreadable > 0 ? ` ${unreadable} rows of the logs cannot be read and are not in it.` : ''
  const missing = missingBlobs > 0 ? ` ${missingBlobs} contents were no longer there.` : ''
  const damaged =
    damagedBlobs.length > 0 ? ` ${damagedBlobs.length} contents are damaged and will not be restored.` : ''
  return `${file} has ${count} rows${waiting}${letters} and ${blobs} contents, ${bytesText(bytes)} in all.${broken}${missing}${damaged}\n`
}
