import { join } from 'node:path'
import { SightlineError } from '../../src/core/errors.ts'
import { DeadLetters } from '../../src/events/dead-letters.ts'
import { EpochLedger } from '../../src/events/epoch-ledger.ts'
import { packRow } from '../../src/events/log-row.ts'
import { LogWriter } from '../../src/events/log-writer.ts'
import { BackupFile } from '../../src/store/backup/backup-file.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { numberedEvent } from '../events/scripted-records.ts'

// A program that does one thing of which it says `kept` when it is done, with an fsync that fails from the call on that
// its third argument says. What comes before the first `yield` is not counted.

const [subject = '', folder = '', failsFrom = ''] = process.argv.slice(2)

const { body, ...event } = numberedEvent(1)
const { text } = packRow({ ...event, version: 1, body: JSON.stringify(body) })
const error = new SightlineError('SL_RECORD_CLASH', 'Other content.')
const record = [{ count: 1, text, bytes: [] }]

const subjects: Readonly<Record<string, () => AsyncGenerator<void>>> = {
  async *'a new log'() {
    yield
    using _ = new LogWriter({ logs: folder, name: 'w' })
  },
  async *'a record'() {
    using writer = new LogWriter({ logs: folder, name: 'w' })
    writer.append(record)
    yield
    writer.append(record)
  },
  async *'an epoch'() {
    using ledger = new EpochLedger(join(folder, 'epochs.sqlite'))
    ledger.next('door')
    yield
    ledger.next('door')
  },
  async *'a dead letter'() {
    using letters = new DeadLetters(join(folder, 'letters.sqlite'))
    const letter = { log: 'w', sink: 'store', record: numberedEvent(1), error }
    letters.add([{ ...letter, seq: 1 }])
    yield
    letters.add([{ ...letter, seq: 2 }])
  },
  async *'a row of the store'() {
    await using store = await openDatabase({ file: join(folder, 'store.sqlite') })
    await store.sql.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
    yield
    await store.sql.insertInto('epochs').values({ stream: 'gate', epoch: 1 }).execute()
  },
  async *'a row that is asked back'() {
    await using store = await openDatabase({ file: join(folder, 'store.sqlite') })
    const add = (epoch: number) =>
      store.sql
        .insertInto('epochs')
        .values({ stream: `s${epoch}`, epoch })
        .returning('epoch')
        .execute()
    await add(1)
    yield
    await add(2)
  },
  async *'a blob'() {
    await using blobs = await openDiskBlobs({ folder, secrets: join(folder, 'secrets') })
    yield
    await blobs.put(Buffer.from('bytes'))
  },
  async *'a backup'() {
    await using file = new BackupFile(join(folder, 'b.tar'), 0)
    yield
    await file.add('manifest.json', Buffer.from('{}'))
    await file.commit()
  }
}

try {
  const steps = subjects[subject]!()
  await steps.next()
  process.env.FSYNC_FAILS_FROM = failsFrom
  await steps.next().finally(() => delete process.env.FSYNC_FAILS_FROM)
  process.stdout.write('kept')
} catch {
  process.stdout.write('not kept')
}
