import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type LogRecord, recordVersion } from '../../../src/contract/record.ts'
import { SightlineError } from '../../../src/core/errors.ts'
import { DeadLetters } from '../../../src/events/dead-letters.ts'
import { EpochLedger } from '../../../src/events/epoch-ledger.ts'
import { packRow } from '../../../src/events/log-row.ts'
import { LogWriter } from '../../../src/events/log-writer.ts'
import { PendingRecords } from '../../../src/events/pending-records.ts'
import { segmentPath } from '../../../src/events/segment-file.ts'
import { RecordSpool } from '../../../src/store/backup/record-spool.ts'
import { openSqliteSnapshot } from '../../../src/store/backup/sqlite-snapshot.ts'
import { writeBackup } from '../../../src/store/backup/write-backup.ts'
import { openDiskBlobs } from '../../../src/store/blobs/disk.ts'
import { numberedChunk, numberedEvents } from '../../events/scripted-records.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** What lies beside a released store in its data folder, by names of its own. */
export function placesIn(folder: string) {
  return {
    logs: join(folder, 'logs'),
    ledger: join(folder, 'epochs.sqlite'),
    deadLetters: join(folder, 'dead-letters.sqlite'),
    blobs: join(folder, 'blobs'),
    backup: join(folder, 'backup.tar')
  }
}

export const keptRecords: readonly LogRecord[] = [...numberedEvents(1, 3), numberedChunk(1, 200)]
export const refusedRecord = numberedEvents(9, 9)[0]!
export const keptEpoch = { stream: 'door', epoch: 7 }
export const keptContent = Buffer.from('a content of a release\n')

/** Writes everything that a data folder has beside its store, and a backup of all of it; no keys. */
export async function fillFolder(folder: string, store: string, program: string): Promise<void> {
  const places = placesIn(folder)
  {
    using writer = new LogWriter({ logs: places.logs, name: 'worker-1' })
    const rows = keptRecords.map(record => {
      const { body, ...fields } = record
      const bytes = record.type === 'trajectory' ? record.bytes : undefined
      return packRow({ ...fields, version: recordVersion, body: JSON.stringify(body) }, bytes)
    })
    writer.append([
      {
        count: rows.length,
        text: rows.map(({ text }) => text).join('\n'),
        bytes: rows.flatMap(({ bytes }, line) => (bytes ? [[line, bytes] as const] : []))
      }
    ])
  }
  {
    using ledger = new EpochLedger(places.ledger)
    ledger.next(keptEpoch.stream, keptEpoch.epoch)
  }
  using letters = new DeadLetters(places.deadLetters)
  const error = new SightlineError('SL_RECORD_KIND_UNKNOWN', 'Of no kind that is known.')
  letters.add([{ log: 'worker-0', seq: 4, sink: 'store', record: refusedRecord, error }])
  await using keys = await temporaryFolder()
  await using blobs = await openDiskBlobs({ folder: places.blobs, secrets: keys.path })
  await blobs.put(keptContent)
  await using pending = await RecordSpool.fill(places.backup, new PendingRecords(places.logs), new Map())
  await using snapshot = openSqliteSnapshot(store)
  const source = { snapshot, pending, deadLetters: letters.rows(), epochs: [keptEpoch], blobs }
  await writeBackup(source, places.backup, { program, createdMs: 1_763_000_000_000 })
  // Of a reader, and empty.
  for (const ending of ['-wal', '-shm']) rmSync(`${segmentPath(join(places.logs, 'worker-1'), 1)}${ending}`)
}
