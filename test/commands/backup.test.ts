import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { cp, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { dataFolder } from '../../src/core/data-folder.ts'
import { EpochLedger } from '../../src/events/epoch-ledger.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { namesIn } from '../../src/events/segment-file.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { lockInstance } from '../../src/store/instance-lock.ts'
import { readLog } from '../events/read-log.ts'
import { numberedEvents } from '../events/scripted-records.ts'
import { contentOf, contentsOf, digestOf, fillStore } from '../store/backup/full-store.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
const data = dataFolder(join(folder.path, 'data'))
const store = await openDatabase({ file: data.store })
await fillStore(store, 20)
{
  await using blobs = await openDiskBlobs({ folder: data.blobs, secrets: data.secrets })
  for (let n = 1; n <= 20; n++) await blobs.put(contentOf(n))
  using ledger = new EpochLedger(data.epochs)
  ledger.next('door', 7)
}
after(async () => {
  await store[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})
const file = join(folder.path, 'all.tar')

test('backup works beside a running instance, and restore gives the same store elsewhere', async () => {
  using _ = lockInstance(data.lock)
  const backup = await runCommand('backup', file, '--data', data.path, '--with-secrets', '--json')
  strictEqual(backup.status, 0, backup.stderr)
  strictEqual(JSON.parse(backup.stdout).blobs, 20)
  strictEqual((await stat(file)).mode & 0o777, 0o600)

  const target = dataFolder(join(folder.path, 'new'))
  const restored = await runCommand('restore', file, '--data', target.path, '--keep-links')
  strictEqual(restored.status, 0, restored.stderr)
  match(restored.stdout, /rows and 20 contents were restored\.\n$/)
  await using database = await openDatabase({ file: target.store })
  deepStrictEqual(await contentsOf(database), await contentsOf(store))
  await using blobs = await openDiskBlobs({ folder: target.blobs, secrets: target.secrets })
  strictEqual(await blobs.size(digestOf(20)), contentOf(20).byteLength)
})

test('what opens something for whoever has it is revoked by a restore, as it may have been since the backup', async () => {
  const target = dataFolder(join(folder.path, 'revoked'))
  const { stdout } = await runCommand('restore', file, '--data', target.path)
  const was = await contentsOf(store)
  await using database = await openDatabase({ file: target.store })
  const is = await contentsOf(database)
  ok(was.share_links!.length > 0)
  deepStrictEqual(is.share_links, [])
  const holds = (row: string) => row.includes('revoked_ms=object:null')
  deepStrictEqual([was.tokens!.some(holds), is.tokens!.some(holds)], [true, false])
  match(stdout, /[1-9]\d* links and [1-9]\d* tokens of it were revoked.*--keep-links\.\n$/)
})

test('after a restore a stream begins far above every epoch it had', () => {
  using ledger = new EpochLedger(join(folder.path, 'new', 'local', 'epochs.sqlite'))
  strictEqual(ledger.next('door'), 1008)
})

test('a file that is there is not replaced unless it is asked for', async () => {
  const refused = await runCommand('backup', file, '--data', data.path)
  deepStrictEqual([refused.status, /--force/.test(refused.stderr)], [1, true])
  strictEqual((await runCommand('backup', file, '--data', data.path, '--force', '--no-media')).status, 0)
})

test('records on their way into the store go along, and a folder that has some takes no other store', async () => {
  const lagging = dataFolder(join(folder.path, 'lagging'))
  await (await openDatabase({ file: lagging.store }))[Symbol.asyncDispose]()
  {
    await using worker = await EventLog.open({ logs: lagging.logs, name: 'worker-1' })
    await worker.append(numberedEvents(1, 50))
  }
  const target = join(folder.path, 'lagging.tar')
  const backup = await runCommand('backup', target, '--data', lagging.path)
  match(backup.stdout, /0 rows, 50 records that are on their way into the store and 0 contents/)
  const restored = dataFolder(join(folder.path, 'caught-up'))
  const { stdout } = await runCommand('restore', target, '--data', restored.path)
  match(stdout, /50 records come into the store when it is served\./)
  const [log] = namesIn(restored.logs)
  deepStrictEqual(readLog(restored.logs, log!).records, numberedEvents(1, 50))
  await rm(lagging.store)
  match((await runCommand('restore', target, '--data', lagging.path)).stderr, /worker-1.*SL_RESTORE_NOT_EMPTY/)
})

test('a backup whose contents are nowhere to be found is refused, unless they are to be left out', async () => {
  const elsewhere = join(folder.path, 'elsewhere')
  const target = join(folder.path, 'elsewhere.tar')
  await cp(dirname(data.store), join(elsewhere, 'store'), { recursive: true })
  const refused = await runCommand('backup', target, '--data', elsewhere)
  deepStrictEqual([refused.status, existsSync(target)], [1, false])
  match(refused.stderr, /20 contents.*SIGHTLINE_S3_BUCKET.*--no-media\. \[SL_BLOB_NOT_FOUND\]/)
  strictEqual((await runCommand('backup', target, '--data', elsewhere, '--no-media')).status, 0)
})

test('a restore into a folder that an instance works on, or that has a store, is refused', async () => {
  const running = dataFolder(join(folder.path, 'running'))
  {
    using _ = lockInstance(running.lock)
    const refused = await runCommand('restore', file, '--data', running.path)
    match(refused.stderr, /SL_DATA_IN_USE/)
  }
  match((await runCommand('restore', file, '--data', data.path)).stderr, /SL_RESTORE_NOT_EMPTY/)
})

test('a folder without a store, and a file that is no backup, are told', async () => {
  match(
    (await runCommand('backup', join(folder.path, 'x.tar'), '--data', join(folder.path, 'no'))).stderr,
    /SL_INPUT_NOT_FOUND/
  )
  match(
    (await runCommand('restore', import.meta.filename, '--data', join(folder.path, 'no'))).stderr,
    /SL_BACKUP_INVALID/
  )
  match((await runCommand('restore', join(folder.path, 'gone.tar'))).stderr, /SL_INPUT_NOT_FOUND/)
})
