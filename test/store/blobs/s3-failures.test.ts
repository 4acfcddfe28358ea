import { deepStrictEqual, doesNotMatch, match, rejects, strictEqual } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { inspect, promisify } from 'node:util'
import { openS3Blobs, type S3Blobs } from '../../../src/store/blobs/s3.ts'
import type { S3Timeouts } from '../../../src/store/blobs/s3-client.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { digestOf, freshBytes } from './contents.ts'
import { refusal } from './refusal.ts'

const keys = { accessKeyId: 'AKIATESTONLY', secretAccessKey: 'do-not-show-this' }
const digest = digestOf(Buffer.from('a'))

const impatient = { connectMs: 200, idleMs: 200, requestMs: 300 }

async function openOn(t: TestContext, endpoint: string, timeouts?: S3Timeouts): Promise<S3Blobs> {
  const folder = await temporaryFolder()
  const store = await openS3Blobs(
    { bucket: 'clips', prefix: '', region: 'us-east-1', endpoint, pathStyle: true, keys },
    { spool: join(folder.path, 'spool'), timeouts: timeouts ?? impatient, probeEveryMs: 20 }
  )
  t.after(async () => {
    await store[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  return store
}

/** A server that answers every request the same way. */
async function answering(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

function failing(status: number, code: string): RequestListener {
  return (request, response) => {
    request.resume()
    response.writeHead(status, { 'content-type': 'application/xml' })
    response.end(`<Error><Code>${code}</Code><Message>${keys.secretAccessKey}</Message></Error>`)
  }
}

const answers = [
  [500, 'InternalError', 'SL_BLOB_STORAGE', true],
  [503, 'SlowDown', 'SL_BLOB_STORAGE', true],
  [403, 'RequestTimeTooSkewed', 'SL_BLOB_STORAGE', true],
  [403, 'AccessDenied', 'SL_BLOB_STORAGE', false],
  [403, 'SignatureDoesNotMatch', 'SL_BLOB_STORAGE', false],
  [404, 'NoSuchBucket', 'SL_BLOB_STORAGE', false],
  [507, 'XMinioStorageFull', 'SL_BLOB_FULL', true]
] as const

for (const [status, name, code, retryable] of answers)
  test(`F1 the answer ${status} ${name} is ${code}, retryable: ${retryable}, and shows no secret`, async t => {
    const store = await openOn(t, await answering(t, failing(status, name)))
    const list = Array.fromAsync(store.list())
    await rejects(list, refusal(code, { retryable }))
    await rejects(list, error => {
      doesNotMatch(inspect(error, { depth: 9 }), /do-not-show-this|AKIATESTONLY|Signature=/)
      return true
    })
  })

test('F2 a server that accepts and never answers is given up in time', async t => {
  const server = createSocketServer(() => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  const store = await openOn(t, `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
  await rejects(store.size(digest), refusal('SL_BLOB_STORAGE', { retryable: true }))
  await rejects(store.open(digest), refusal('SL_BLOB_STORAGE', { retryable: true }))
  await rejects(store.put(freshBytes(100)), refusal('SL_BLOB_STORAGE', { retryable: true }))
})

test('F3 while no server can be reached that is a problem, which names the address and no secret', async t => {
  // The usual patience: a busy machine may take longer than the impatient to hear of the refusal.
  const store = await openOn(t, 'http://127.0.0.1:1', {})
  await rejects(store.put(freshBytes(100)), refusal('SL_BLOB_STORAGE', { retryable: true }))
  deepStrictEqual(
    store.problems().map(({ part, code }) => [part, code]),
    [['blobs', 'SL_BLOB_STORAGE']]
  )
  match(store.problems()[0]?.message ?? '', /clips.*127\.0\.0\.1:1.*ECONNREFUSED/)
})

test('F4 the problem is over by itself when the server answers again', async t => {
  let healthy = false
  const unavailable = failing(503, 'ServiceUnavailable')
  const endpoint = await answering(t, (request, response) => {
    if (!healthy) unavailable(request, response)
    else request.resume().on('end', () => response.end())
  })
  const store = await openOn(t, endpoint)
  strictEqual(store.problems().length, 1)
  healthy = true
  while (store.problems().length > 0) await new Promise(setImmediate)
})

test('F5 a body that breaks off ends in a retryable error, not as if it were whole', async t => {
  const endpoint = await answering(t, (request, response) => {
    request.resume()
    response.writeHead(200, { 'content-length': 1000 })
    response.write('a')
    setImmediate(() => response.destroy())
  })
  const store = await openOn(t, endpoint)
  const { stream } = await store.open(digest)
  await rejects(stream.toArray(), refusal('SL_BLOB_STORAGE', { retryable: true }))
})

test('F6 a server that lists in another order than that of names is refused', async t => {
  const later = digestOf(freshBytes(9))
  const object = (of: string) =>
    `<Contents><Key>${of.slice(0, 2)}/${of.slice(2, 4)}/${of}</Key><Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>`
  const objects = [digest, later].sort().reverse().map(object).join('')
  const endpoint = await answering(t, (request, response) => {
    request.resume()
    response.end(`<ListBucketResult><IsTruncated>false</IsTruncated>${objects}</ListBucketResult>`)
  })
  const store = await openOn(t, endpoint)
  await rejects(Array.fromAsync(store.list()), refusal('SL_BLOB_STORAGE', { retryable: false }))
})

test('F7 the SDK is loaded when a bucket is opened, not before', async () => {
  const file = new URL('../../../src/store/blobs/s3.ts', import.meta.url).href
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    await import(${JSON.stringify(file)})
    process.stdout.write(String(loaded.filter(url => /aws-sdk|smithy/.test(url)).length))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
  strictEqual(stdout, '0')
})
