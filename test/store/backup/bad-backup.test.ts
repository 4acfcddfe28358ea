import { deepStrictEqual, ok, rejects } from 'node:assert/strict'
import { createWriteStream } from 'node:fs'
import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { type Manifest, partName } from '../../../src/store/backup/backup-format.ts'
import { backupEntries, bytesOf } from '../../../src/store/backup/read-backup.ts'
import { restoreBackup } from '../../../src/store/backup/restore-backup.ts'
import { verifyBackup } from '../../../src/store/backup/verify-backup.ts'
import { openDiskBlobs } from '../../../src/store/blobs/disk.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { backUpFile, known, restoreInto } from './backup-run.ts'
import { contentOf, fillStore } from './full-store.ts'

const folder = await temporaryFolder()
const file = join(folder.path, 'store.sqlite')
const store = await openDatabase({ file })
await fillStore(store, 30)
await using blobs = await openDiskBlobs({ folder: join(folder.path, 'blobs'), secrets: join(folder.path, 'secrets') })
for (let n = 1; n <= 30; n++) await blobs.put(contentOf(n))
const whole = await backUpFile(file, folder.path, { blobs })
after(async () => {
  await store[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

let made = 0
async function verify(path: string): Promise<unknown> {
  return await verifyBackup(path, { migrations: known })
}

interface Header {
  readonly name: string
  readonly type?: 'file' | 'symlink' | 'link' | 'directory'
  readonly linkname?: string
}

/** The whole backup, entry by entry, with what `change` makes of each. */
async function changed(
  change: (name: string, bytes: Buffer) => readonly (readonly [Header, Buffer])[]
): Promise<string> {
  const path = join(folder.path, `changed-${++made}.tar`)
  const tar = pack()
  const written = pipeline(tar, createWriteStream(path))
  for await (const entry of backupEntries(whole)) {
    for (const [header, bytes] of change(entry.name, await bytesOf(entry))) tar.entry(header, bytes)
  }
  tar.finalize()
  await written
  return path
}

const same = (name: string, bytes: Buffer): readonly [Header, Buffer] => [{ name }, bytes]
const withManifest = (change: (manifest: Manifest) => object) =>
  changed((name, bytes) => [
    name === 'manifest.json'
      ? same(name, Buffer.from(JSON.stringify(change(JSON.parse(bytes.toString())))))
      : same(name, bytes)
  ])
const behindManifest = (header: Header, bytes = Buffer.alloc(0)) =>
  changed((name, content) =>
    name === 'manifest.json' ? [same(name, content), [header, bytes]] : [same(name, content)]
  )

test('R1 a whole backup is taken', async () => {
  await verify(whole)
})

const foreign: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
  ['a text', () => written('hello '.repeat(1000)), /is no backup/],
  ['an empty file', () => written(''), /there is nothing in it/],
  ['a folder', async () => folder.path, /not a file/],
  ['a tar of something else', () => tarOf([{ name: 'photo.jpg' }, Buffer.from('x')]), /no backup has an entry "photo/],
  ['a tar whose manifest is of another format', () => withManifest(() => ({ format: 'other' })), /another format/],
  ['an entry that leads out', () => behindManifest({ name: '../../etc/passwd' }, Buffer.from('x')), /\.\.\/\.\.\/etc/],
  ['an absolute name', () => behindManifest({ name: '/etc/passwd' }, Buffer.from('x')), /\/etc\/passwd/],
  ['a link', () => behindManifest({ name: 'epochs.json', type: 'symlink', linkname: '/etc/passwd' }), /is a symlink/],
  ['a hard link', () => behindManifest({ name: 'epochs.json', type: 'link', linkname: 'manifest.json' }), /is a link/],
  ['a name with NUL', () => behindManifest({ name: 'tables/\u0000.json' }, Buffer.from('x')), /no backup has an entry/],
  ['a name of 300 characters', () => behindManifest({ name: 'x'.repeat(300) }, Buffer.from('x')), /no backup has/],
  ['a table that there is not', () => withManifest(m => ({ ...m, tables: [{ name: 'evil', rows: 1 }] })), /table evil/],
  [
    'a manifest that claims gigabytes',
    async () => {
      const path = await behindManifest({ name: 'epochs.json' })
      await rewriteSize(path, 8 * 2 ** 30 - 1)
      return path
    },
    /claims \d+ bytes/
  ]
]
for (const [what, make, message] of foreign) {
  test(`R2 a file that is no backup is refused: ${what}`, async () => {
    await rejects(verify(await make()), { code: 'SL_BACKUP_INVALID', message })
  })
}

test('R3 a newer format, and a store that has been through more than this program knows, are refused', async () => {
  const newer = await withManifest(manifest => ({ ...manifest, version: 2, more: true }))
  await rejects(verify(newer), { code: 'SL_BACKUP_VERSION', message: /format 2, .* up to 1/ })
  const later = await withManifest(manifest => ({ ...manifest, migrations: [...known, '9999-later'] }))
  await rejects(verify(later), { code: 'SL_BACKUP_VERSION', message: /9999-later/ })
})

const eventsPart = partName('events', 1)
const damage: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
  [
    'a part is missing',
    () => changed((name, bytes) => (name === eventsPart ? [] : [same(name, bytes)])),
    /table events/
  ],
  [
    'a part is there twice',
    () => changed((n, b) => (n === eventsPart ? [same(n, b), same(n, b)] : [same(n, b)])),
    /stands/
  ],
  ['a part has changed', () => flipped(eventsPart), /tables\/events\/000001\.ndjson\.gz/],
  ['a list has changed', () => flipped('tables/events.json'), /tables\/events/],
  ['a content has changed', () => flipped('blobs/', 40), /checksum|blobs\//],
  ['the epochs have changed', () => flipped('epochs.json'), /epochs\.json|checksum/],
  [
    'the trailer is missing',
    () => changed((n, b) => (n === 'trailer.json' ? [] : [same(n, b)])),
    /before trailer\.json/
  ],
  [
    'something follows the trailer',
    () => changed((n, b) => (n === 'trailer.json' ? [same(n, b), same('epochs.json', b)] : [same(n, b)])),
    /after its end/
  ],
  [
    'rows are fewer than the manifest says',
    () => withManifest(m => ({ ...m, tables: m.tables.map(t => ({ ...t, rows: 31 })) })),
    /30 rows.*31/
  ]
]
for (const [what, make, message] of damage) {
  test(`R4 damage is found, and named: ${what}`, async () => {
    await rejects(verify(await make()), { code: 'SL_BACKUP_DAMAGED', message })
  })
}

test('R5 wherever a backup is cut off, nothing of it is taken', async () => {
  const { length } = await readFile(whole)
  const path = join(folder.path, 'cut.tar')
  for (let kept = length - 1536; kept > 0; kept -= Math.ceil(length / 40)) {
    await copyFile(whole, path)
    await truncate(path, kept)
    await rejects(
      verify(path),
      ({ code }: { code: string }) => /^SL_BACKUP_(DAMAGED|INVALID)$/.test(code),
      `at ${kept}`
    )
  }
})

test('R6 a bit that flipped anywhere in its contents is found', async () => {
  const bytes = await readFile(whole)
  const path = join(folder.path, 'bit.tar')
  const used: number[] = []
  // What ends the sum of a tar's header (its bytes 154 and 155) may be a blank or anything else.
  for (let at = 0; at < bytes.length; at += 997) if (bytes[at] !== 0 && (at % 512) >> 1 !== 77) used.push(at)
  for (const at of used.filter((_, index) => index % Math.ceil(used.length / 60) === 0)) {
    const copy = Buffer.from(bytes)
    copy[at] = copy[at]! ^ 4
    await writeFile(path, copy)
    await rejects(verify(path), /no backup|damaged/, `at ${at}`)
  }
  ok(used.length > 60)
})

test('R7 a part that unpacks to gigabytes is given up, and the store is empty again', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 2 ** 20, 32))
  const place = join(folder.path, 'bomb')
  await mkdir(place)
  const path = await changed((name, bytes) => [same(name, name === eventsPart ? bomb : bytes)])
  const database = await openDatabase({ file: join(place, 'store.sqlite') })
  try {
    const verified = await verifyBackup(whole, { migrations: known })
    const target = { database, secrets: place, raiseEpochs: async () => {} }
    await rejects(restoreBackup(path, verified, target), { code: 'SL_BACKUP_DAMAGED', message: /events\/000001/ })
    deepStrictEqual(await database.sql.selectFrom('sites').selectAll().execute(), [])
    deepStrictEqual(await database.sql.selectFrom('settings').selectAll().execute(), [])
  } finally {
    await database[Symbol.asyncDispose]()
  }
})

test('R8 a store that has rows is left as it is', async () => {
  await rejects(restoreInto(store, whole, folder.path), { code: 'SL_RESTORE_NOT_EMPTY', message: /sites/ })
  const { length } = await store.sql.selectFrom('events').select('id').execute()
  deepStrictEqual(length, 30)
})

async function written(text: string): Promise<string> {
  const path = join(folder.path, `written-${++made}`)
  await writeFile(path, text)
  return path
}

async function tarOf(...entries: readonly (readonly [Header, Buffer])[]): Promise<string> {
  const path = join(folder.path, `tar-${++made}.tar`)
  const tar = pack()
  const done = pipeline(tar, createWriteStream(path))
  for (const [header, bytes] of entries) tar.entry(header, bytes)
  tar.finalize()
  await done
  return path
}

/** The backup with a bit flipped in the middle of the first entry whose name begins so. */
async function flipped(start: string, at?: number): Promise<string> {
  let done = false
  return await changed((name, bytes) => {
    if (done || !name.startsWith(start)) return [same(name, bytes)]
    done = true
    const place = at === undefined ? bytes.length >> 1 : Math.min(at, bytes.length - 1)
    bytes[place] = bytes[place]! ^ 1
    return [same(name, bytes)]
  })
}

/** Makes the second entry's header claim another size. */
async function rewriteSize(path: string, size: number): Promise<void> {
  const bytes = await readFile(path)
  const first = Number.parseInt(bytes.toString('ascii', 124, 135), 8)
  const at = 512 + Math.ceil(first / 512) * 512
  bytes.write(size.toString(8).padStart(11, '0'), at + 124, 'ascii')
  bytes.fill(32, at + 148, at + 156)
  const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'ascii')
  await writeFile(path, bytes)
}
