import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { refuseHalfRestored } from '../../../src/store/backup/restore-marker.ts'
import { openSqliteSnapshot } from '../../../src/store/backup/sqlite-snapshot.ts'
import { writeBackup } from '../../../src/store/backup/write-backup.ts'
import { openDiskBlobs } from '../../../src/store/blobs/disk.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { withoutMounts } from '../../faults/support/run-tool.ts'
import { SmallDisk } from '../../faults/support/small-disk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { backUpFile, restoreInto, written } from './backup-run.ts'
import { contentOf, contentsOf, fillStore } from './full-store.ts'

const folder = await temporaryFolder()
const file = join(folder.path, 'store.sqlite')
const store = await openDatabase({ file })
await fillStore(store, 40)
const blobs = await openDiskBlobs({ folder: join(folder.path, 'blobs'), secrets: join(folder.path, 'secrets') })
for (let n = 1; n <= 40; n++) await blobs.put(contentOf(n))
after(async () => {
  await blobs[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

test('X1 a restore that was killed is not taken for a whole one, and the next restore begins anew', async () => {
  const backup = await backUpFile(file, folder.path, { blobs, secrets: join(folder.path, 'secrets') })
  const half = join(folder.path, 'half.sqlite')
  const program = join(import.meta.dirname, 'stuck-restore.ts')
  const child = spawn(process.execPath, [program, backup, half], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(child.stdout, 'data')
  strictEqual(String(said), 'stuck\n')
  child.kill('SIGKILL')
  await once(child, 'exit')

  await using database = await openDatabase({ file: half })
  ok((await contentsOf(database)).events!.length > 0)
  await rejects(refuseHalfRestored(database), {
    code: 'SL_RESTORE_UNFINISHED',
    message: /Run `sightline restore` again/
  })
  await rejects(backUpFile(half, folder.path), { code: 'SL_RESTORE_UNFINISHED' })
  await restoreInto(database, backup, folder.path, blobs)
  await refuseHalfRestored(database)
  deepStrictEqual(await contentsOf(database), await contentsOf(store))
})

test('X2 a backup that is cancelled leaves nothing', async () => {
  const place = await temporaryFolder()
  await using _ = place
  await using snapshot = openSqliteSnapshot(file)
  const stopping = new AbortController()
  const options = { ...written, signal: stopping.signal, onProgress: () => stopping.abort() }
  const backup = writeBackup({ snapshot, epochs: [], blobs }, join(place.path, 'b.tar'), options)
  await rejects(backup, { code: 'SL_CANCELLED' })
  deepStrictEqual(await readdir(place.path), [])
})

test('X3 a backup onto a full disk says so, and leaves nothing of itself', { skip: withoutMounts() }, async () => {
  await using disk = await SmallDisk.create(16)
  const large = { open: blobs.open.bind(blobs) }
  const content = Buffer.alloc(24 * 2 ** 20, 7)
  const { digest } = await blobs.put(content)
  const now = {
    bytes: content.byteLength,
    content_type: 'a/b',
    state: 'ready',
    holder: null,
    created_ms: 0,
    changed_ms: 0
  } as const
  await store.sql
    .insertInto('assets')
    .values({ digest, ...now })
    .execute()
  try {
    await using snapshot = openSqliteSnapshot(file)
    const path = join(disk.path, 'backup.tar')
    const before = await readdir(disk.path)
    await rejects(writeBackup({ snapshot, epochs: [], blobs: large }, path, written), {
      code: 'SL_OUTPUT_FULL',
      message: /No room is left/
    })
    deepStrictEqual(await readdir(disk.path), before)
  } finally {
    await store.sql.deleteFrom('assets').where('digest', '=', digest).execute()
  }
})

test('X4 a folder that cannot be written is told by its name', async () => {
  await using snapshot = openSqliteSnapshot(file)
  const path = join(folder.path, 'nowhere', 'backup.tar')
  await rejects(writeBackup({ snapshot, epochs: [] }, path, written), {
    code: 'SL_OUTPUT_UNWRITABLE',
    message: /nowhere/
  })
})
