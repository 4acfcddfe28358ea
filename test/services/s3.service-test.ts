import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, type TestContext, test } from 'node:test'
import { openS3Blobs, type S3Blobs, type S3BlobsOptions } from '../../src/store/blobs/s3.ts'
import { openDatabase } from '../../src/store/database.ts'
import { assetSuite } from '../store/blobs/asset-suite.ts'
import { blobSuite } from '../store/blobs/blob-suite.ts'
import { digestOf, digestsOf, freshBytes, inPieces, leftovers, read } from '../store/blobs/contents.ts'
import { killSuite } from '../store/blobs/kill-suite.ts'
import { madeBytes } from '../store/blobs/killed-content.ts'
import { refusal } from '../store/blobs/refusal.ts'
import { smallFolder } from '../store/blobs/small-folder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type S3Server, startS3Server } from './s3-server.ts'

/** Three parts. */
const killedBytes = 11_000_000

const started = await startS3Server()
if (started.missing === false) {
  const server = started
  after(() => server[Symbol.asyncDispose]())
  describe('on S3', () => s3Tests(server))
} else {
  describe('on S3', { skip: started.missing }, () => undefined)
}

async function openOn(t: TestContext, server: S3Server, options: Partial<S3BlobsOptions> = {}): Promise<S3Blobs> {
  const folder = await temporaryFolder()
  const spool = join(folder.path, 'spool')
  const store = await openS3Blobs(await server.bucket(), { spool, partBytes: 5 * 2 ** 20, ...options })
  t.after(async () => {
    await store[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  return store
}

/** Of the objects in a bucket of `S3Server`. */
function keyOf(digest: string): string {
  return `kept/${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`
}

function s3Tests(server: S3Server): void {
  blobSuite(t => openOn(t, server))
  assetSuite(async t => {
    const folder = await temporaryFolder()
    const database = await openDatabase({ file: join(folder.path, 'store.sqlite') })
    t.after(async () => {
      await database[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    })
    return { database, blobs: await openOn(t, server) }
  })
  killSuite(
    async (_, path) => {
      const s3 = await server.bucket()
      const spool = join(path, 'spool')
      const unfinished = async () =>
        (await readdir(spool)).length + (await server.uploads(s3, keyOf(digestOf(madeBytes(killedBytes)))))
      return { place: { s3, spool, partBytes: 5 * 2 ** 20 }, unfinished }
    },
    killedBytes,
    ['reading', 'staged', 'row-writing', 'part-stored', 'stored', 'bytes-stored', 'row-ready']
  )

  test('O1 a link works without credentials, with its name and type, and not when it was changed', async t => {
    const store = await openOn(t, server)
    const content = freshBytes(1000)
    const { digest } = await store.put(content, { contentType: 'text/html' })
    const link = await store.signedUrl(digest, { expiresMs: 60_000, fileName: 'Größe.mp4', contentType: 'video/mp4' })
    const answer = await fetch(link)
    strictEqual(Buffer.from(await answer.arrayBuffer()).equals(content), true)
    strictEqual(answer.headers.get('content-type'), 'video/mp4')
    strictEqual(
      answer.headers.get('content-disposition'),
      `attachment; filename="Gr__e.mp4"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.mp4`
    )
    const bare = await fetch(await store.signedUrl(digest, { expiresMs: 60_000 }))
    await bare.arrayBuffer()
    strictEqual(bare.headers.get('content-disposition'), 'attachment', 'a page is never shown')
    const other = await store.put(freshBytes(10))
    const changes = [
      link.replace('Gr%25', 'Xr%25'),
      link.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'),
      link.replace(digest, other.digest)
    ]
    for (const changed of [...changes, link.split('?')[0] ?? '']) {
      strictEqual(changed === link, false)
      const refused = await fetch(changed)
      await refused.arrayBuffer()
      strictEqual(refused.status, 403)
    }
  })

  test('O2 a link that has expired gives nothing', async t => {
    const store = await openOn(t, server)
    const { digest } = await store.put(freshBytes(10))
    const link = await store.signedUrl(digest, { expiresMs: 1000 })
    let status = 200
    while (status === 200) {
      const answer = await fetch(link)
      await answer.arrayBuffer()
      status = answer.status
    }
    strictEqual(status, 403)
  })

  test('O3 long content goes in parts and comes back whole, once', async t => {
    let parts = 0
    const store = await openOn(t, server, { onStep: step => (parts += step === 'part-stored' ? 1 : 0) })
    const content = freshBytes(23_000_000)
    await store.put(inPieces(content, 65_536))
    strictEqual(parts, 5)
    strictEqual((await read(store, digestOf(content), { verify: true })).equals(content), true)
    await store.put(content)
    strictEqual(parts, 5, 'what is there is not sent again')
  })

  test('O4 when a part fails the others stop and the server forgets all of them', async t => {
    const settings = await server.bucket()
    const folder = await temporaryFolder()
    t.after(() => folder[Symbol.asyncDispose]())
    const failing = new Error('scripted')
    await using store = await openS3Blobs(settings, {
      spool: folder.path,
      partBytes: 5 * 2 ** 20,
      onStep: step => {
        if (step === 'part-stored') throw failing
      }
    })
    const content = freshBytes(23_000_000)
    await rejects(store.put(content), failing)
    strictEqual(await server.uploads(settings, keyOf(digestOf(content))), 0)
    deepStrictEqual(await digestsOf(store), [])
    strictEqual(await leftovers(store), 0)
  })

  test('O5 a server that is killed under an upload is a problem until it is back', async t => {
    const store = await openOn(t, server, {
      probeEveryMs: 50,
      timeouts: { connectMs: 500, idleMs: 2000, requestMs: 2000 },
      onStep: step => {
        if (step === 'part-stored') killed ??= server.kill()
      }
    })
    let killed: Promise<void> | undefined
    const content = freshBytes(40_000_000)
    await rejects(store.put(content), refusal('SL_BLOB_STORAGE', { retryable: true }))
    await killed
    strictEqual(store.problems()[0]?.code, 'SL_BLOB_STORAGE')
    await server.restart()
    while (store.problems().length > 0) await new Promise(setImmediate)
    await store.put(content)
    strictEqual((await read(store, digestOf(content), { verify: true })).equals(content), true)
  })

  test('O6 a server that answers nothing is given up in time', async t => {
    const store = await openOn(t, server, { timeouts: { connectMs: 300, idleMs: 300, requestMs: 300 } })
    server.stall()
    t.after(() => server.resume())
    await rejects(store.put(freshBytes(10)), refusal('SL_BLOB_STORAGE', { retryable: true }))
    server.resume()
  })

  test('O7 a bucket that is missing and keys that are wrong are told apart, and neither is tried again', async t => {
    const folder = await temporaryFolder()
    t.after(() => folder[Symbol.asyncDispose]())
    const settings = await server.bucket()
    const keys = { accessKeyId: 'sightline', secretAccessKey: 'wrong-but-secret' }
    await using nowhere = await openS3Blobs({ ...settings, bucket: 'not-there' }, { spool: folder.path })
    await using stranger = await openS3Blobs({ ...settings, keys }, { spool: folder.path })
    for (const [store, reason] of [
      [nowhere, /no such bucket/],
      [stranger, /refuses these credentials/]
    ] as const)
      await rejects(
        store.put(freshBytes(10)),
        error => refusal('SL_BLOB_STORAGE', { retryable: false })(error) && reason.test(String(error))
      )
  })

  test('O8 a bucket whose disk is full is a problem that can be tried again, and over once there is room', async t => {
    const small = await smallFolder(t, 300)
    if ('missing' in small) return t.skip(small.missing)
    const full = await startS3Server(join(small.path, 'minio'))
    if (full.missing !== false) return t.skip(full.missing)
    t.after(() => full[Symbol.asyncDispose]())
    const store = await openOn(t, full, { probeEveryMs: 50 })
    const put = async () => {
      for (let count = 0; count < 40; count++) await store.put(freshBytes(10_000_000))
    }
    // MinIO says that it is full when it knew before, and "internal error" when it finds out while it writes.
    const codes = ['SL_BLOB_FULL', 'SL_BLOB_STORAGE'] as const
    await rejects(put(), error => codes.some(code => refusal(code, { retryable: true })(error)))
    strictEqual(store.problems().length, 1)
    for await (const { digest } of store.list()) await store.remove(digest)
    // MinIO gives the room free a moment later, and may for another take what it knew of its disk for true.
    while (store.problems().length > 0) await new Promise(setImmediate)
    const isFull = refusal('SL_BLOB_FULL', { retryable: true })
    const isKept = () =>
      store.put(freshBytes(1_000_000)).then(
        () => true,
        error => {
          if (!isFull(error)) throw error
          return false
        }
      )
    while (!(await isKept())) await new Promise(setImmediate)
    while (store.problems().length > 0) await new Promise(setImmediate)
  })
}
