import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setInterval } from 'node:timers/promises'
import { openSqliteSnapshot } from '../../../src/store/backup/sqlite-snapshot.ts'
import { openDiskBlobs } from '../../../src/store/blobs/disk.ts'
import { openDatabase, type StoreDatabase } from '../../../src/store/database.ts'
import { InvitationLinks } from '../../../src/store/invitation-links.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { backUp, backUpFile, restoreInto } from './backup-run.ts'
import { contentOf, contentsOf, digestOf, fillStore } from './full-store.ts'

const folder = await temporaryFolder()
const places = { full: join(folder.path, 'full.sqlite'), secrets: join(folder.path, 'secrets') }
const full = await openDatabase({ file: places.full })
await fillStore(full, 120)
const blobs = await openDiskBlobs({ folder: join(folder.path, 'blobs'), secrets: places.secrets })
for (let n = 1; n <= 120; n++) if (n !== 7) await blobs.put(contentOf(n))
after(async () => {
  await full[Symbol.asyncDispose]()
  await blobs[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

async function newFolder(): Promise<string> {
  const path = join(folder.path, `run-${performance.now()}`)
  await mkdir(path)
  return path
}

async function restoredFrom(path: string, place: string): Promise<StoreDatabase> {
  const database = await openDatabase({ file: join(place, 'restored.sqlite') })
  await restoreInto(database, path, place)
  return database
}

test('B1 a restored store has every row of every table, every value as it was', async () => {
  const place = await newFolder()
  await using restored = await restoredFrom(await backUpFile(places.full, place, { secrets: places.secrets }), place)
  deepStrictEqual(await contentsOf(restored), await contentsOf(full))
})

test('B2 numbers that grow go on above those that were restored', async () => {
  const place = await newFolder()
  await using restored = await restoredFrom(await backUpFile(places.full, place), place)
  const row = { at_ms: 0, actor: '', action: '', subject: '', detail: '{}' }
  const { n } = await restored.sql.insertInto('audit').values(row).returning('n').executeTakeFirstOrThrow()
  strictEqual(n, 361)
})

test('B3 contents come with their rows; one that is gone is told and left out', async () => {
  const place = await newFolder()
  const path = await backUpFile(places.full, place, { blobs })
  await using restored = await openDatabase({ file: join(place, 'restored.sqlite') })
  await using target = await openDiskBlobs({ folder: join(place, 'blobs'), secrets: join(place, 'keys') })
  strictEqual((await restoreInto(restored, path, place, target)).blobs, 119)
  strictEqual(await target.size(digestOf(120)), contentOf(120).byteLength)
  strictEqual(await target.size(digestOf(7)), undefined)
})

test('B4 without secrets a backup has no password, no token, no key', async () => {
  const place = await newFolder()
  await using restored = await restoredFrom(await backUpFile(places.full, place), place)
  deepStrictEqual(await restored.sql.selectFrom('tokens').selectAll().execute(), [])
  const passwords = await restored.sql.selectFrom('users').select('password').distinct().execute()
  deepStrictEqual(
    passwords.map(({ password }) => password),
    [null]
  )
  await rejects(stat(join(place, 'restored-secrets')), { code: 'ENOENT' })
})

test('B4 a link by which somebody chooses a password is in a backup with secrets, and in no other', async () => {
  const place = await newFolder()
  const file = join(place, 'inviting.sqlite')
  await using inviting = await openDatabase({ file })
  const secret = await new InvitationLinks(inviting).offer('u1', 2000, 1000)
  for (const [secrets, whose] of [
    [undefined, undefined],
    [join(place, 'no-keys'), 'u1']
  ]) {
    const into = await newFolder()
    await using restored = await restoredFrom(await backUpFile(file, into, { ...(secrets && { secrets }) }), into)
    strictEqual(await new InvitationLinks(restored).find(secret, 1500), whose)
  }
})

test('B5 keys come back as they were, for their owner alone', async () => {
  const place = await newFolder()
  const secrets = join(place, 'secrets')
  await mkdir(secrets)
  await writeFile(join(secrets, 'session.key'), 'not for you')
  const path = await backUpFile(places.full, place, { secrets })
  await using _ = await restoredFrom(path, place)
  const restored = join(place, 'restored-secrets', 'session.key')
  strictEqual(await readFile(restored, 'utf8'), 'not for you')
  strictEqual((await stat(restored)).mode & 0o777, 0o600)
})

test('B6 epochs are the higher of what the ledger and the rows say', async () => {
  const place = await newFolder()
  const ledger = [
    { stream: 'epochs 3', epoch: 1 },
    { stream: 'epochs 4', epoch: 99 },
    { stream: 'new', epoch: 2 }
  ]
  const path = await backUpFile(places.full, place, { epochs: ledger })
  await using restored = await openDatabase({ file: join(place, 'restored.sqlite') })
  const { epochs } = await restoreInto(restored, path, place)
  const of = new Map(epochs.map(({ stream, epoch }) => [stream, epoch]))
  deepStrictEqual(
    ['epochs 3', 'epochs 4', 'new'].map(stream => of.get(stream)),
    [3, 99, 2]
  )
})

test('B7 a backup shows one moment: what is committed before it is in it, what comes later is not, nothing is torn', async () => {
  const place = await newFolder()
  const file = join(place, 'busy.sqlite')
  await using busy = await openDatabase({ file })
  // Each transaction writes one row here and one there: torn is what has one without the other.
  const write = (epoch: number) =>
    busy.sql.transaction().execute(async transaction => {
      await transaction
        .insertInto('epochs')
        .values({ stream: `s${epoch}`, epoch })
        .execute()
      await transaction
        .insertInto('settings')
        .values({ key: `s${epoch}`, value: '0', changed_ms: 0 })
        .execute()
    })
  for (let epoch = 1; epoch <= 200; epoch++) await write(epoch)

  let writing = true
  let last = 200
  const writer = (async () => {
    for await (const _ of setInterval(1)) {
      if (!writing) break
      await write(++last)
    }
  })()
  const snapshot = openSqliteSnapshot(file)
  const seen = await snapshot.count('epochs')
  const path = await backUp(snapshot, place)
  await snapshot[Symbol.asyncDispose]()
  writing = false
  await writer
  await using restored = await restoredFrom(path, place)
  const { epochs, settings } = await contentsOf(restored)
  ok(seen >= 200 && last > seen, `a writer went on: ${last} written, ${seen} seen`)
  deepStrictEqual([epochs!.length, settings!.length], [seen, seen])
})

test('B8 an empty store is backed up and restored', async () => {
  const place = await newFolder()
  const file = join(place, 'empty.sqlite')
  await using _ = await openDatabase({ file })
  await using restored = await restoredFrom(await backUpFile(file, place), place)
  deepStrictEqual(new Set(Object.values(await contentsOf(restored)).map(rows => rows.length)), new Set([0]))
})
