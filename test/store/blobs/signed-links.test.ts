import { deepStrictEqual, doesNotThrow, notStrictEqual, rejects, strictEqual, throws } from 'node:assert/strict'
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { contentDisposition } from '../../../src/store/blobs/disposition.ts'
import { openLinkKeys } from '../../../src/store/blobs/link-keys.ts'
import { SignedLinks } from '../../../src/store/blobs/signed-links.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { digestOf } from './contents.ts'
import { refusal } from './refusal.ts'

const digest = digestOf(Buffer.from('a'))
const dayMs = 86_400_000
const now = Date.now()

async function secretsFolder(t: TestContext): Promise<string> {
  const folder = await temporaryFolder()
  t.after(() => folder[Symbol.asyncDispose]())
  return join(folder.path, 'secrets')
}

async function linksIn(t: TestContext): Promise<SignedLinks> {
  return new SignedLinks(await openLinkKeys(await secretsFolder(t)))
}

function queryOf(link: string): URLSearchParams {
  return new URL(link, 'http://localhost').searchParams
}

test('L1 a link allows what it was signed for, until it expires', async t => {
  const links = await linksIn(t)
  const options = { expiresMs: 60_000, fileName: 'Münster & Söhne=1.mp4', contentType: 'video/mp4' }
  const link = await links.sign(digest, options, now)
  strictEqual(new URL(link, 'http://localhost').pathname, `/api/v1/blobs/${digest}`)
  const { fileName, contentType } = options
  deepStrictEqual(links.verify(digest, queryOf(link), now + 59_999), {
    digest,
    expiresMs: now + 60_000,
    fileName,
    contentType
  })
  throws(() => links.verify(digest, queryOf(link), now + 60_000), refusal('SL_BLOB_LINK'))
})

test('L2 a link that was changed in any place allows nothing', async t => {
  const links = await linksIn(t)
  const link = await links.sign(digest, { expiresMs: 60_000, fileName: 'a.jpg', contentType: 'image/jpeg' }, now)
  const changes: readonly ((query: URLSearchParams) => void)[] = [
    query => query.set('expires', String(now + 120_000)),
    query => query.set('expires', `${query.get('expires')}.0`),
    query => query.set('expires', ` ${query.get('expires')}`),
    query => query.delete('expires'),
    query => query.set('name', 'b.jpg'),
    query => query.delete('name'),
    query => query.append('name', 'b.jpg'),
    query => query.set('type', 'text/html'),
    query => query.delete('type'),
    query => query.set('key', 'other'),
    query => query.delete('key'),
    query => query.set('signature', ''),
    query => query.delete('signature'),
    query => query.set('signature', `${query.get('signature')}=`),
    query => query.set('signature', query.get('signature')?.slice(1) ?? ''),
    query => query.set('signature', 'é'.repeat(21))
  ]
  doesNotThrow(() => links.verify(digest, queryOf(link), now))
  for (const change of changes) {
    const query = queryOf(link)
    change(query)
    throws(() => links.verify(digest, query, now), refusal('SL_BLOB_LINK'), String(query))
  }
  throws(() => links.verify(digestOf(Buffer.from('b')), queryOf(link), now), refusal('SL_BLOB_LINK'))
})

test('L3 each of the last letters of a signature counts', async t => {
  const links = await linksIn(t)
  const query = queryOf(await links.sign(digest, { expiresMs: 60_000 }, now))
  const signature = query.get('signature') ?? ''
  for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
    if (letter === signature.at(-1)) continue
    query.set('signature', signature.slice(0, -1) + letter)
    throws(() => links.verify(digest, query, now), refusal('SL_BLOB_LINK'))
  }
})

test('L4 a link of another installation allows nothing', async t => {
  const link = await (await linksIn(t)).sign(digest, { expiresMs: 60_000 }, now)
  const others = await linksIn(t)
  throws(() => others.verify(digest, queryOf(link), now), refusal('SL_BLOB_LINK'))
})

test('L5 the keys are made at the first start, readable by their owner alone, and kept', async t => {
  const folder = await secretsFolder(t)
  const link = await new SignedLinks(await openLinkKeys(folder)).sign(digest, { expiresMs: 60_000 }, now)
  deepStrictEqual(await readdir(folder), ['blob-links.json'])
  if (process.platform !== 'win32') {
    strictEqual((await lstat(join(folder, 'blob-links.json'))).mode & 0o777, 0o600)
    strictEqual((await lstat(folder)).mode & 0o777, 0o700)
  }
  const restarted = new SignedLinks(await openLinkKeys(folder))
  strictEqual(restarted.verify(digest, queryOf(link), now).digest, digest)
})

test('L6 two that start at the same time use the same key', async t => {
  const folder = await secretsFolder(t)
  const keys = await Promise.all(Array.from({ length: 8 }, () => openLinkKeys(folder)))
  const ids = await Promise.all(keys.map(async each => (await each.current(now)).id))
  strictEqual(new Set(ids).size, 1)
})

test('L7 a key is renewed after 30 days, and links of the one before work until they expire', async t => {
  const folder = await secretsFolder(t)
  const links = new SignedLinks(await openLinkKeys(folder))
  const old = await links.sign(digest, { expiresMs: 7 * dayMs }, now + 29 * dayMs)
  const later = now + 31 * dayMs
  const [next, same] = await Promise.all([1, 2].map(() => links.sign(digest, { expiresMs: 7 * dayMs }, later)))
  notStrictEqual(queryOf(old).get('key'), queryOf(next ?? '').get('key'))
  strictEqual(queryOf(next ?? '').get('key'), queryOf(same ?? '').get('key'))
  const restarted = new SignedLinks(await openLinkKeys(folder))
  for (const link of [old, next ?? '']) strictEqual(restarted.verify(digest, queryOf(link), later).digest, digest)
  for (const day of [90, 130]) await restarted.sign(digest, { expiresMs: 1000 }, now + day * dayMs)
  strictEqual(JSON.parse(await readFile(join(folder, 'blob-links.json'), 'utf8')).keys.length, 2)
})

test('L7 a clock that is set a day forward or an hour back spoils no link once it is right again', async t => {
  const folder = await secretsFolder(t)
  const links = new SignedLinks(await openLinkKeys(folder))
  const signed = [now, now + dayMs, now - dayMs / 24].map(at => links.sign(digest, { expiresMs: 7 * dayMs }, at))
  const short = await links.sign(digest, { expiresMs: 60_000 }, now)
  throws(() => links.verify(digest, queryOf(short), now + dayMs), refusal('SL_BLOB_LINK'))
  const restarted = new SignedLinks(await openLinkKeys(folder))
  for (const link of [short, ...(await Promise.all(signed))])
    strictEqual(restarted.verify(digest, queryOf(link), now + 1000).digest, digest)
})

test('L8 a file of keys that holds none is refused by name', async t => {
  const folder = await secretsFolder(t)
  await openLinkKeys(folder)
  const path = join(folder, 'blob-links.json')
  for (const text of ['', '{}', 'null', '{"keys":[]}', '{"keys":[{"id":"a","key":"AA","createdMs":1}]}']) {
    await writeFile(path, text)
    await rejects(openLinkKeys(folder), error => refusal('SL_BLOB_STORAGE')(error) && String(error).includes(path))
  }
})

test('L9 a key that cannot be renewed now goes on signing, and is known after its renewal', async t => {
  const folder = await secretsFolder(t)
  const links = new SignedLinks(await openLinkKeys(folder))
  await rm(folder, { recursive: true })
  const late = await links.sign(digest, { expiresMs: 7 * dayMs }, now + 80 * dayMs)
  await mkdir(folder)
  const renewed = await links.sign(digest, { expiresMs: 7 * dayMs }, now + 81 * dayMs)
  notStrictEqual(queryOf(late).get('key'), queryOf(renewed).get('key'))
  for (const link of [late, renewed]) strictEqual(links.verify(digest, queryOf(link), now + 82 * dayMs).digest, digest)
})

test('L10 a browser shows only what cannot run, and saves everything that has a name', () => {
  strictEqual(contentDisposition(undefined, 'image/jpeg'), 'inline')
  for (const type of [undefined, 'text/html', 'image/svg+xml', 'application/xhtml+xml', 'image/jpegx'])
    strictEqual(contentDisposition(undefined, type), 'attachment')
  strictEqual(contentDisposition('a.jpg', 'image/jpeg'), `attachment; filename="a.jpg"; filename*=UTF-8''a.jpg`)
  strictEqual(
    contentDisposition('"é\\%*\'.txt'),
    `attachment; filename="____*'.txt"; filename*=UTF-8''%22%C3%A9%5C%25%2A%27.txt`
  )
})
