import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import type { BlobStore } from '../../../src/store/blobs/blob-store.ts'
import { digestOf, digestsOf, freshBytes, inPieces, leftovers, read, stalling } from './contents.ts'
import { refusal } from './refusal.ts'

/** An empty store, closed when the test ends. */
export type OpenBlobs = (t: TestContext) => Promise<BlobStore>

/** The rules that hold wherever blobs lie. */
export function blobSuite(open: OpenBlobs): void {
  const sizes = [0, 1, 65_536, 5_000_001, 20_000_000]
  for (const size of sizes) {
    test(`B1 ${size} bytes come back as they were put, under their SHA-256`, async t => {
      const store = await open(t)
      const content = freshBytes(size)
      deepStrictEqual(await store.put(inPieces(content, 99_991)), { digest: digestOf(content), bytes: size })
      strictEqual(await store.size(digestOf(content)), size)
      strictEqual(content.equals(await read(store, digestOf(content), { verify: true })), true)
    })
  }

  test('B2 the same bytes twice are one blob', async t => {
    const store = await open(t)
    const content = freshBytes(1000)
    const [first, second] = await Promise.all([store.put(content), store.put(inPieces(content, 7))])
    await store.put(content)
    deepStrictEqual(first, second)
    deepStrictEqual(await digestsOf(store), [digestOf(content)])
  })

  test('B3 a range gives its bytes, both ends included and cut at the end of the blob', async t => {
    const store = await open(t)
    const { digest } = await store.put(Buffer.from('0123456789'))
    const ranges = [
      [{ first: 0 }, '0123456789', 9],
      [{ first: 3, last: 5 }, '345', 5],
      [{ first: 9, last: 9 }, '9', 9],
      [{ first: 7, last: 1000 }, '789', 9]
    ] as const
    for (const [range, text, last] of ranges) {
      const opened = await store.open(digest, { range })
      strictEqual(Buffer.concat(await opened.stream.toArray()).toString(), text)
      deepStrictEqual([opened.bytes, opened.first, opened.last], [10, range.first, last])
    }
  })

  test('B4 a range that does not begin in the blob is refused', async t => {
    const store = await open(t)
    const { digest } = await store.put(Buffer.from('0123456789'))
    const empty = await store.put(new Uint8Array())
    const wrong = [
      { first: 10 },
      { first: -1 },
      { first: 5, last: 4 },
      { first: 0.5 },
      { first: 2 ** 60 },
      { first: Number.NaN }
    ]
    for (const range of wrong) await rejects(store.open(digest, { range }), refusal('SL_BLOB_RANGE'))
    await rejects(store.open(empty.digest, { range: { first: 0 } }), refusal('SL_BLOB_RANGE'))
  })

  test('B5 what was never put is not found, by whole or by range', async t => {
    const store = await open(t)
    const unknown = digestOf(freshBytes(8))
    await rejects(store.open(unknown), refusal('SL_BLOB_NOT_FOUND'))
    await rejects(store.open(unknown, { range: { first: 0 } }), refusal('SL_BLOB_NOT_FOUND'))
    strictEqual(await store.size(unknown), undefined)
    strictEqual(await store.file(unknown), undefined)
    strictEqual(await store.remove(unknown), false)
  })

  test('B6 a text that is no digest reaches no path and no key', async t => {
    const store = await open(t)
    const digest = digestOf(freshBytes(8))
    const wrong = [
      '../../etc/passwd',
      '',
      digest.toUpperCase(),
      digest.slice(1),
      `${digest}0`,
      `${digest}\n`,
      `\0${digest.slice(1)}`
    ]
    for (const text of wrong) {
      await rejects(store.open(text), refusal('SL_BLOB_DIGEST'))
      await rejects(store.size(text), refusal('SL_BLOB_DIGEST'))
      await rejects(store.remove(text), refusal('SL_BLOB_DIGEST'))
      await rejects(store.signedUrl(text, { expiresMs: 60_000 }), refusal('SL_BLOB_DIGEST'))
      if (text !== '') await rejects(digestsOf(store, text), refusal('SL_BLOB_DIGEST'))
    }
  })

  test('B7 content announced as too long is refused before its first byte', async t => {
    const store = await open(t)
    const source = stalling()
    await rejects(store.put(source.content, { expectedBytes: 5 * 2 ** 30 + 1 }), refusal('SL_BLOB_TOO_LARGE'))
    await source.ended
    await rejects(store.put(freshBytes(11), { maxBytes: 10 }), refusal('SL_BLOB_TOO_LARGE'))
  })

  test('B8 content that grows too long is refused on its way and leaves nothing', async t => {
    const store = await open(t)
    const source = stalling(freshBytes(60), freshBytes(60))
    await rejects(store.put(source.content, { maxBytes: 100 }), refusal('SL_BLOB_TOO_LARGE'))
    await source.ended
    strictEqual(await leftovers(store), 0)
    deepStrictEqual(await digestsOf(store), [])
  })

  test('B9 content of exactly the allowed length is kept', async t => {
    const store = await open(t)
    strictEqual((await store.put(freshBytes(100), { maxBytes: 100, expectedBytes: 100 })).bytes, 100)
  })

  test('B10 a source that fails leaves nothing, and its reason is the cause', async t => {
    const store = await open(t)
    const reason = new Error('the line broke')
    async function* failing() {
      yield freshBytes(9_000_000)
      throw reason
    }
    await rejects(store.put(failing()), error => refusal('SL_BLOB_SOURCE')(error) && (error as Error).cause === reason)
    strictEqual(await leftovers(store), 0)
    deepStrictEqual(await digestsOf(store), [])
  })

  test('B11 a put that is cancelled while its source stalls leaves nothing', async t => {
    const store = await open(t)
    const cancel = new AbortController()
    const source = stalling(freshBytes(9_000_000))
    const put = store.put(source.content, { signal: cancel.signal })
    setImmediate(() => cancel.abort())
    await rejects(put, refusal('SL_CANCELLED'))
    await source.ended
    await rejects(store.put(freshBytes(3), { signal: cancel.signal }), refusal('SL_CANCELLED'))
    strictEqual(await leftovers(store), 0)
  })

  test('B12 a source that gives nothing for too long is given up and leaves nothing', async t => {
    const store = await open(t)
    const source = stalling(freshBytes(10))
    await rejects(store.put(source.content, { idleMs: 30 }), refusal('SL_BLOB_SOURCE'))
    await source.ended
    strictEqual(await leftovers(store), 0)
  })

  test('B13 content of another length than announced is refused', async t => {
    const store = await open(t)
    await rejects(store.put(freshBytes(99), { expectedBytes: 100 }), refusal('SL_BLOB_SOURCE'))
    await rejects(store.put(inPieces(freshBytes(101), 10), { expectedBytes: 100 }), refusal('SL_BLOB_SOURCE'))
    deepStrictEqual(await digestsOf(store), [])
  })

  test('B14 chunks that are not of bytes are refused', async t => {
    const store = await open(t)
    async function* words() {
      yield 'text' as unknown as Uint8Array
    }
    await rejects(store.put(words()), refusal('SL_BLOB_SOURCE'))
    strictEqual(await leftovers(store), 0)
  })

  test('B15 the list is in the order of digests and goes on behind any of them', async t => {
    const store = await open(t)
    const puts = await Promise.all(Array.from({ length: 40 }, () => store.put(freshBytes(20))))
    const digests = puts.map(({ digest }) => digest).sort()
    deepStrictEqual(await digestsOf(store), digests)
    deepStrictEqual(await digestsOf(store, digests[24]), digests.slice(25))
    deepStrictEqual(await digestsOf(store, 'f'.repeat(64)), [])
    for await (const { bytes, changedMs } of store.list()) {
      strictEqual(bytes, 20)
      strictEqual(Math.abs(changedMs - Date.now()) < 60_000, true)
    }
  })

  test('B16 what was removed is gone, and can be put again', async t => {
    const store = await open(t)
    const content = freshBytes(50)
    const { digest } = await store.put(content)
    strictEqual(await store.remove(digest), true)
    strictEqual(await store.size(digest), undefined)
    deepStrictEqual(await digestsOf(store), [])
    await store.put(content)
    strictEqual((await read(store, digest)).equals(content), true)
  })

  test('B17 content that was staged is not found before it is stored, and never when it is dropped', async t => {
    const store = await open(t)
    const staged = await store.stage(freshBytes(50))
    strictEqual(await store.size(staged.digest), undefined)
    strictEqual(await leftovers(store), 0, 'tidying takes nothing away that is being written')
    await staged[Symbol.asyncDispose]()
    strictEqual(await store.size(staged.digest), undefined)
    await using kept = await store.stage(freshBytes(50))
    await kept.store()
    await kept.store()
    strictEqual(await store.size(kept.digest), 50)
  })

  test('B18 a media type that could end a header is refused', async t => {
    const store = await open(t)
    for (const contentType of ['', 'jpeg', 'image/jpeg\r\nSet-Cookie: a=b', 'image/ä', `a/${'b'.repeat(200)}`])
      await rejects(store.put(freshBytes(1), { contentType }), refusal('SL_BLOB_NAME'))
  })

  test('B19 a reader that leaves early gets no more and closes what it read from', async t => {
    const store = await open(t)
    const { digest } = await store.put(freshBytes(9_000_000))
    const { stream } = await store.open(digest, { verify: true })
    for await (const chunk of stream) {
      strictEqual(chunk.byteLength > 0, true)
      break
    }
    if (!stream.closed) await once(stream, 'close')
    strictEqual(stream.destroyed, true)
  })

  test('B20 links are given for a second to a week', async t => {
    const store = await open(t)
    const digest = digestOf(freshBytes(8))
    for (const expiresMs of [0, -1, 999, 7 * 86_400_000 + 1, Number.NaN, Number.POSITIVE_INFINITY])
      await rejects(store.signedUrl(digest, { expiresMs }), refusal('SL_BLOB_LINK'))
    await rejects(store.signedUrl(digest, { expiresMs: 5000, fileName: '../x' }), refusal('SL_BLOB_NAME'))
    await rejects(store.signedUrl(digest, { expiresMs: 5000, contentType: 'a\nb' }), refusal('SL_BLOB_NAME'))
  })
}
