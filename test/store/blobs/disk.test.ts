import { deepStrictEqual, match, rejects, strictEqual } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  truncate,
  watch,
  writeFile
} from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type DiskBlobs, type DiskBlobsOptions, openDiskBlobs } from '../../../src/store/blobs/disk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { blobSuite } from './blob-suite.ts'
import { digestOf, digestsOf, freshBytes, inPieces, leftovers, read } from './contents.ts'
import { refusal } from './refusal.ts'
import { smallFolder } from './small-folder.ts'

const linux = process.platform === 'linux' ? false : 'needs Linux'

async function openAt(t: TestContext, options: Partial<DiskBlobsOptions> = {}) {
  const scratch = await temporaryFolder()
  const folder = options.folder ?? join(scratch.path, 'blobs')
  const store = await openDiskBlobs({ folder, secrets: join(scratch.path, 'secrets'), ...options })
  t.after(async () => {
    await store[Symbol.asyncDispose]()
    await scratch[Symbol.asyncDispose]()
  })
  return { store, folder, scratch: scratch.path }
}

blobSuite(async t => (await openAt(t)).store)

async function putAt(store: DiskBlobs, content: Uint8Array): Promise<{ digest: string; path: string }> {
  const { digest } = await store.put(content)
  return { digest, path: (await store.file(digest)) ?? '' }
}

test('D1 a blob is a file of its owner alone, two folders deep', { skip: linux }, async t => {
  const { store, folder } = await openAt(t)
  const { digest, path } = await putAt(store, freshBytes(10))
  strictEqual(relative(folder, path), join(digest.slice(0, 2), digest.slice(2, 4), digest))
  strictEqual((await lstat(path)).mode & 0o777, 0o600)
  strictEqual((await lstat(dirname(path))).mode & 0o777, 0o700)
})

test('D2 a link planted in place of a blob is not followed, and is replaced by the next put', {
  skip: linux
}, async t => {
  const { store, scratch } = await openAt(t)
  const content = freshBytes(10)
  const { digest, path } = await putAt(store, content)
  const other = join(scratch, 'other')
  await writeFile(other, 'not yours')
  await rm(path)
  await symlink(other, path)
  await rejects(store.open(digest), refusal('SL_BLOB_STORAGE'))
  await rejects(store.remove(digest), refusal('SL_BLOB_STORAGE'))
  deepStrictEqual(await digestsOf(store), [])
  await store.put(content)
  strictEqual((await read(store, digest)).equals(content), true)
  strictEqual(await readFile(other, 'utf8'), 'not yours')
})

test('D3 a link planted in place of a folder is not followed by reads, writes, lists and removals', {
  skip: linux
}, async t => {
  const { store, folder, scratch } = await openAt(t)
  const content = freshBytes(10)
  const { digest, path } = await putAt(store, content)
  const outside = join(scratch, 'outside')
  await mkdir(join(outside, digest.slice(2, 4)), { recursive: true })
  await copyFile(path, join(outside, digest.slice(2, 4), digest))
  await rm(join(folder, digest.slice(0, 2)), { recursive: true })
  await symlink(outside, join(folder, digest.slice(0, 2)))
  await rejects(store.open(digest), refusal('SL_BLOB_STORAGE'))
  await rejects(store.put(content), refusal('SL_BLOB_STORAGE'))
  await rejects(store.remove(digest), refusal('SL_BLOB_STORAGE'))
  deepStrictEqual(await digestsOf(store), [])
  strictEqual(await leftovers(store), 0)
})

test('D4 a pipe planted in place of a blob keeps nobody waiting', { skip: linux }, async t => {
  const { store } = await openAt(t)
  const { digest, path } = await putAt(store, freshBytes(10))
  await rm(path)
  execFileSync('mkfifo', [path])
  await rejects(store.open(digest), refusal('SL_BLOB_STORAGE'))
})

test('D5 a flipped bit is found by a read that verifies, and healed by the next put', async t => {
  const { store } = await openAt(t)
  const content = freshBytes(300_000)
  const { digest, path } = await putAt(store, content)
  const damaged = Buffer.from(content)
  damaged[150_000] = (damaged[150_000] ?? 0) ^ 4
  await writeFile(path, damaged)
  await rejects(read(store, digest, { verify: true }), refusal('SL_BLOB_DAMAGED'))
  await store.put(content)
  strictEqual((await read(store, digest, { verify: true })).equals(content), true)
})

test('D6 a file that becomes shorter while it is read ends the reading as damaged', async t => {
  const { store } = await openAt(t)
  const { digest, path } = await putAt(store, freshBytes(3_000_000))
  const { stream } = await store.open(digest)
  await truncate(path, 100)
  await rejects(stream.toArray(), refusal('SL_BLOB_DAMAGED'))
})

test('D7 what a killed process left unfinished is dropped at the next start', async t => {
  const { folder, scratch } = await openAt(t)
  await writeFile(join(folder, 'incoming', 'left'), freshBytes(10))
  const secrets = join(scratch, 'secrets')
  await using beside = await openDiskBlobs({ folder, secrets, alone: false })
  strictEqual((await readdir(join(folder, 'incoming'))).length, 1)
  strictEqual(await beside.tidy(60_000), 0)
  await using started = await openDiskBlobs({ folder, secrets })
  strictEqual(await leftovers(started), 0)
  deepStrictEqual(await readdir(join(folder, 'incoming')), [])
})

test('D8 files that are not blobs stay where they are and are not listed', async t => {
  const { store, folder } = await openAt(t)
  const { digest, path } = await putAt(store, freshBytes(10))
  const strange = [
    join(folder, 'notes.txt'),
    join(dirname(path), 'x'),
    join(dirname(path), digestOf(Buffer.from('elsewhere'))),
    join(folder, `.${digest}`)
  ]
  for (const place of strange) await writeFile(place, '')
  deepStrictEqual(await digestsOf(store), [digest])
})

test('D9 a full disk is said, bearable, and over by itself', async t => {
  const small = await smallFolder(t, 4)
  if ('missing' in small) return t.skip(small.missing)
  const { store, folder } = await openAt(t, { folder: join(small.path, 'blobs'), probeEveryMs: 20 })
  const ballast = join(folder, 'ballast')
  await writeFile(ballast, freshBytes(2_000_000))
  await rejects(store.put(inPieces(freshBytes(5_000_000), 65_536)), refusal('SL_BLOB_FULL', { retryable: true }))
  strictEqual((await readdir(join(folder, 'incoming'))).length, 0)
  deepStrictEqual(
    store.problems().map(({ part, code }) => [part, code]),
    [['blobs', 'SL_BLOB_FULL']]
  )
  match(store.problems()[0]?.message ?? '', /blobs.*free space/)
  await rm(ballast)
  while (store.problems().length > 0) await new Promise(setImmediate)
  await store.put(freshBytes(2_000_000))
})

test('D10 a disk that has a little room and not enough keeps its problem, with the time of its beginning', async t => {
  const small = await smallFolder(t, 1)
  if ('missing' in small) return t.skip(small.missing)
  const { store, folder } = await openAt(t, { folder: join(small.path, 'blobs'), probeEveryMs: 5 })
  await writeFile(join(folder, 'ballast'), freshBytes(500_000))
  await rejects(store.put(freshBytes(2_000_000)), refusal('SL_BLOB_FULL'))
  const began = store.problems()[0]?.sinceMs
  let probes = 0
  for await (const { eventType } of watch(join(folder, 'incoming'))) {
    // Each probe makes a file and removes it.
    if (eventType === 'rename' && ++probes === 6) break
  }
  deepStrictEqual(
    store.problems().map(({ code, sinceMs }) => [code, sinceMs]),
    [['SL_BLOB_FULL', began]]
  )
})

test('D11 a read-only disk is said and leaves nothing', async t => {
  const small = await smallFolder(t, 4)
  if ('missing' in small) return t.skip(small.missing)
  const { store } = await openAt(t, { folder: join(small.path, 'blobs'), probeEveryMs: 20 })
  const { digest } = await store.put(freshBytes(100))
  small.remount('ro')
  await rejects(store.put(freshBytes(100)), refusal('SL_BLOB_STORAGE', { retryable: false }))
  await rejects(store.remove(digest), refusal('SL_BLOB_STORAGE'))
  strictEqual(await store.size(digest), 100, 'reading goes on')
  strictEqual(store.problems()[0]?.code, 'SL_BLOB_STORAGE')
  small.remount('rw')
  while (store.problems().length > 0) await new Promise(setImmediate)
})

test('D12 a folder that cannot be made is refused by name', async t => {
  const scratch = await temporaryFolder()
  t.after(() => scratch[Symbol.asyncDispose]())
  const file = join(scratch.path, 'file')
  await writeFile(file, '')
  await rejects(
    openDiskBlobs({ folder: join(file, 'blobs'), secrets: join(scratch.path, 'secrets') }),
    error => refusal('SL_BLOB_STORAGE')(error) && String(error).includes(file)
  )
})

test('D13 readers leave no file open', { skip: linux }, async t => {
  const { store } = await openAt(t)
  const { digest } = await store.put(freshBytes(2_000_000))
  const open = async () => {
    const links = await Promise.all(
      (await readdir('/proc/self/fd')).map(fd => readlink(`/proc/self/fd/${fd}`).catch(() => ''))
    )
    return links.filter(path => path.includes(digest)).length
  }
  for (let turn = 0; turn < 20; turn++) {
    const { stream } = await store.open(digest, turn % 2 ? { verify: true } : {})
    for await (const _ of stream) if (turn % 3) break
  }
  while ((await open()) > 0) await new Promise(setImmediate)
  await store.size(digest)
  strictEqual(await open(), 0)
})
