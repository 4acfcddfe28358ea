import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { dataFolder } from '../../../src/core/data-folder.ts'
import { SightlineError } from '../../../src/core/errors.ts'
import { createLog } from '../../../src/core/log.ts'
import { DeadLetters } from '../../../src/events/dead-letters.ts'
import { EventLog } from '../../../src/events/event-log.ts'
import { LogFeeder } from '../../../src/events/log-feeder.ts'
import { LogReader } from '../../../src/events/log-reader.ts'
import { PendingRecords } from '../../../src/events/pending-records.ts'
import { RestoredRecords } from '../../../src/events/restored-records.ts'
import { namesIn } from '../../../src/events/segment-file.ts'
import { RecordSpool } from '../../../src/store/backup/record-spool.ts'
import type { RestoreTarget } from '../../../src/store/backup/restore-backup.ts'
import { openSqliteSnapshot } from '../../../src/store/backup/sqlite-snapshot.ts'
import { writeBackup } from '../../../src/store/backup/write-backup.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { numberedChunk, numberedEvent, numberedEvents } from '../../events/scripted-records.ts'
import { until } from '../../events/until.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { restoreInto, written } from './backup-run.ts'

const pendingRow = {
  log: 'worker-1',
  seq: 1,
  type: 'event',
  id: 'door/1/a',
  stream: 'door',
  epoch: 1,
  at_ms: 5,
  version: 1,
  body: '{}',
  bytes: null
}
const clash = new SightlineError('SL_RECORD_CLASH', 'Other content.')

/** Backs a data folder up as `sightline backup` does. */
async function backUpFolder(path: string, file: string) {
  const { store, logs, deadLetters } = dataFolder(path)
  const positions = async () => {
    await using snapshot = openSqliteSnapshot(store)
    return await snapshot.positions()
  }
  await using pending = await RecordSpool.fill(file, new PendingRecords(logs), await positions())
  await using snapshot = openSqliteSnapshot(store)
  using letters = new DeadLetters(deadLetters)
  return await writeBackup({ snapshot, epochs: [], pending, deadLetters: letters.rows() }, file, written)
}

/** Restores into an empty folder, brings in what was on its way, and gives the numbers of all events and chunks. */
async function contentsAfter(file: string, path: string) {
  const { store, logs, deadLetters } = dataFolder(path)
  await using database = await openDatabase({ file: store })
  {
    using records = new RestoredRecords({ logs, deadLetters, nextName: () => 'restored-1' })
    await restoreInto(database, file, path, undefined, records)
  }
  await using sink = new StoreSink(database)
  using letters = new DeadLetters(deadLetters)
  {
    await using _ = new LogFeeder({ logs, sinks: [sink], deadLetters: letters, log: createLog('silent'), scanMs: 5 })
    await until(() => namesIn(logs).length === 0)
  }
  const events = await database.sql.selectFrom('events').select('frame').orderBy('frame').execute()
  const chunks = await database.sql.selectFrom('trajectory_chunks').select('bytes').execute()
  return { events: events.map(({ frame }) => frame), chunks, letters: letters.list() }
}

test('E1 what was accepted and is not in the store yet is in a backup', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'data')
  const { store, logs, deadLetters } = dataFolder(path)
  await using database = await openDatabase({ file: store })
  await using sink = new StoreSink(database)
  await using worker = await EventLog.open({ logs, name: 'worker-1' })
  await worker.append([...numberedEvents(1, 500), numberedChunk(1, 5000)])
  {
    // The store has come so far, and no further.
    using reader = new LogReader(logs, 'worker-1', { maxRecords: 200, maxBytes: 1 << 20 })
    const { records, nextSeq } = reader.read(1)
    await sink.take({ log: 'worker-1', records, nextSeq })
    using letters = new DeadLetters(deadLetters)
    letters.add([{ log: 'worker-0', seq: 9, sink: 'store', record: numberedEvent(900), error: clash }])
  }
  const file = join(folder.path, 'all.tar')
  const { pending, unreadable, deadLetters: refused } = await backUpFolder(path, file)
  deepStrictEqual([pending, unreadable, refused], [301, 0, 1])
  deepStrictEqual(readdirSync(folder.path), ['all.tar', 'data'])

  const { events, chunks, letters } = await contentsAfter(file, join(folder.path, 'new'))
  deepStrictEqual(
    events,
    Array.from({ length: 500 }, (_, index) => index + 1)
  )
  deepStrictEqual(chunks, [{ bytes: numberedChunk(1, 5000).bytes }])
  deepStrictEqual(
    letters.map(({ log, seq, id, code }) => [log, seq, id, code]),
    [['worker-0', 9, numberedEvent(900).id, 'SL_RECORD_CLASH']]
  )
})

test('E2 of what was accepted before a backup began, all is in it once, whatever is brought in and removed meanwhile', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'data')
  const { store, logs, deadLetters } = dataFolder(path)
  await using database = await openDatabase({ file: store })
  await using sink = new StoreSink(database)
  using letters = new DeadLetters(deadLetters)
  const feeder = new LogFeeder({ logs, sinks: [sink], deadLetters: letters, log: createLog('silent'), scanMs: 1 })
  await using _ = feeder
  // Small files: many are delivered and removed while a backup reads.
  await using worker = await EventLog.open({ logs, name: 'worker-1', segmentBytes: 100_000 })
  let accepted = 0
  let writing = true
  const writer = (async () => {
    while (writing) {
      await worker.append(numberedEvents(accepted + 1, accepted + 200))
      accepted += 200
    }
  })()
  for (let round = 1; round <= 3; round++) {
    const least = accepted
    const file = join(folder.path, `${round}.tar`)
    await backUpFolder(path, file)
    const { events } = await contentsAfter(file, join(folder.path, `new-${round}`))
    ok(events.length >= least, `${events.length} of ${least}`)
    deepStrictEqual(
      events,
      Array.from({ length: events.length }, (_, index) => index + 1)
    )
  }
  writing = false
  await writer
  ok(feeder.snapshot().segmentsRemoved > 0)
})

for (const [what, line] of [
  ['a line feed in an id', { ...pendingRow, id: 'door/1/a\nb' }],
  ['a column too few', { ...pendingRow, body: undefined }],
  ['a column too many', { ...pendingRow, more: 1 }],
  ['a text for a number', { ...pendingRow, epoch: '1' }]
] as const) {
  test(`E4 a backup with a record that no log could have is refused: ${what}`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'data')
    await using _ = await openDatabase({ file: dataFolder(path).store })
    const text = `${JSON.stringify(line)}\n`
    const pending = {
      unreadable: 0,
      parts: async function* () {
        yield { bytes: gzipSync(text), rows: 1 }
      }
    }
    const file = join(folder.path, 'all.tar')
    await using snapshot = openSqliteSnapshot(dataFolder(path).store)
    await writeBackup({ snapshot, epochs: [], pending }, file, written)
    const damaged = { code: 'SL_BACKUP_DAMAGED', message: /records\/000001.*no record/ }
    const target = dataFolder(join(folder.path, 'new'))
    await using restored = await openDatabase({ file: target.store })
    using records = new RestoredRecords({ ...target, nextName: () => 'restored-1' })
    await rejects(restoreInto(restored, file, target.path, undefined, records), damaged)
    deepStrictEqual(namesIn(target.logs), [])
  })
}

test('E3 a restore that fails leaves no record behind', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'data')
  const { store, logs } = dataFolder(path)
  await using database = await openDatabase({ file: store })
  await database.sql.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
  {
    await using worker = await EventLog.open({ logs, name: 'worker-1' })
    await worker.append(numberedEvents(1, 50))
    using letters = new DeadLetters(dataFolder(path).deadLetters)
    letters.add([{ log: 'worker-0', seq: 9, sink: 'store', record: numberedEvent(900), error: clash }])
  }
  const file = join(folder.path, 'all.tar')
  strictEqual((await backUpFolder(path, file)).pending, 50)
  const target = dataFolder(join(folder.path, 'new'))
  await using restored = await openDatabase({ file: target.store })
  using records = new RestoredRecords({ ...target, nextName: () => 'restored-1' })
  const failing: RestoreTarget['records'] = {
    begin: again => records.begin(again),
    addPending: rows => records.addPending(rows),
    addLetters: () => {
      throw clash
    },
    drop: () => records.drop()
  }
  await rejects(restoreInto(restored, file, target.path, undefined, failing), clash)
  const epochs = await restored.sql.selectFrom('epochs').selectAll().execute()
  deepStrictEqual([readdirSync(target.logs), epochs], [[], []])
})
