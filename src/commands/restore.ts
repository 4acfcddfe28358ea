import { resolve } from 'node:path'
import { Command } from 'commander'
import { SightlineError } from '../core/errors.ts'
import { EpochLedger } from '../events/epoch-ledger.ts'
import { RestoredRecords, restoredRole } from '../events/restored-records.ts'
import { openBlobs } from '../roles/blob-place.ts'
import type { EpochEntry } from '../store/backup/backup-format.ts'
import { type RestoreResult, restoreBackup } from '../store/backup/restore-backup.ts'
import { type VerifiedBackup, verifyBackup } from '../store/backup/verify-backup.ts'
import { type DatabasePlace, openDatabase, type StoreDatabase } from '../store/database.ts'
import { lockInstance } from '../store/instance-lock.ts'
import { history } from '../store/migrations/history.ts'
import { type DataFlags, type DataPlace, dataPlace } from './data-place.ts'
import { Interrupt } from './interrupt.ts'
import { bytes, Progress, rows } from './progress.ts'
import type { Terminal } from './terminal.ts'

/** The instance that was backed up may have gone on for that many restarts: none of its ids may come again. */
const epochGap = 1000

interface RestoreFlags extends DataFlags {
  readonly keepLinks?: boolean
  readonly json?: boolean
}

/** `sightline restore`: a backup into an empty data folder or database. Actions throw SightlineError. */
export function restoreCommand(terminal: Terminal = process): Command {
  return new Command('restore')
    .description('fill an empty data folder or database with a backup')
    .argument('<file>', 'what `sightline backup` wrote')
    .option('--data <dir>', 'the new data folder (default: $SIGHTLINE_DATA, data.folder of the settings, or ./data)')
    .option('--database-url <url>', 'a new store in PostgreSQL (default: $SIGHTLINE_DATABASE_URL)')
    .option('--config <file>', 'the settings file (default: ./sightline.yaml)')
    .option('--keep-links', 'let links and tokens of the backup work again, also those that were revoked since')
    .option('--json', 'nothing but JSON on standard output')
    .action(async (file: string, flags: RestoreFlags) => {
      const result = await restore(resolve(file), flags, terminal)
      const text = `${result.rows} rows and ${result.blobs} contents were restored.${pendingText(result)}${revokedText(result)}\n`
      terminal.stdout.write(flags.json ? `${JSON.stringify({ file, ...result }, null, 2)}\n` : text)
    })
}

function pendingText({ pending, deadLetters }: RestoreResult): string {
  const waiting = pending > 0 ? ` ${pending} records come into the store when it is served.` : ''
  return deadLetters > 0 ? `${waiting} ${deadLetters} dead letters came along.` : waiting
}

function revokedText({ revoked: { links, tokens } }: RestoreResult): string {
  return links + tokens > 0
    ? ` ${links} links and ${tokens} tokens of it were revoked, as some may have been since: make new ones, or restore with --keep-links.`
    : ''
}

async function restore(file: string, flags: RestoreFlags, terminal: Terminal): Promise<RestoreResult> {
  const place = await dataPlace(flags, process.env)
  using interrupt = new Interrupt()
  const { signal } = interrupt
  const verified = await verify(file, flags, signal, terminal)
  using _ = lockInstance(place.folder.lock)
  const result = await fill(file, verified, place, flags, signal, terminal)
  // The tables of an older backup, brought up to date.
  await (await openDatabase(databaseOf(place)))[Symbol.asyncDispose]()
  return result
}

async function verify(file: string, { json }: RestoreFlags, signal: AbortSignal, terminal: Terminal) {
  using progress = new Progress({ label: 'checking', unit: bytes, stream: terminal.stderr, silent: json })
  const migrations = history.map(({ name }) => name)
  return await verifyBackup(file, { migrations, signal, onProgress: (done, total) => progress.update(done, total) })
}

async function fill(
  file: string,
  verified: VerifiedBackup,
  place: DataPlace,
  { json, keepLinks }: RestoreFlags,
  signal: AbortSignal,
  terminal: Terminal
): Promise<RestoreResult> {
  const { folder } = place
  await using database = await openOlder(place, verified)
  await using blobs = await openBlobs(folder, { environment: process.env })
  using ledger = new EpochLedger(folder.epochs)
  const { logs, deadLetters } = folder
  using records = new RestoredRecords({ logs, deadLetters, nextName: () => ledger.nextLogName(restoredRole) })
  using progress = new Progress({ label: 'restoring', unit: rows, stream: terminal.stderr, silent: json })
  const target = {
    database,
    blobs,
    records,
    secrets: folder.secrets,
    raiseEpochs: async (epochs: readonly EpochEntry[]) => {
      for (const { stream, epoch } of epochs) ledger.next(stream, epoch + epochGap)
    }
  }
  return await restoreBackup(file, verified, target, {
    signal,
    revokeAtMs: keepLinks ? undefined : Date.now(),
    onProgress: (done, total) => progress.update(done, total)
  })
}

/** With the tables of the backup's own time, and none that came later. */
async function openOlder(place: DataPlace, { manifest }: VerifiedBackup): Promise<StoreDatabase> {
  const steps = history.slice(0, manifest.migrations.length)
  try {
    return await openDatabase({ ...databaseOf(place), steps })
  } catch (error) {
    if (!(error instanceof SightlineError) || error.code !== 'SL_DATA_NEWER' || steps.length === history.length)
      throw error
    throw new SightlineError(
      'SL_RESTORE_NOT_EMPTY',
      'The store has newer tables than the backup, so the backup cannot be filled into them. Give a new folder with --data, or an empty database.',
      { cause: error }
    )
  }
}

function databaseOf({ folder, url }: DataPlace): DatabasePlace {
  return url === undefined ? { file: folder.store } : { url }
}
