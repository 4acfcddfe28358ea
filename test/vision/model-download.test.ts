import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Download, download } from '../../src/vision/model-download.ts'
import { FileServer } from '../support/file-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const body = Buffer.alloc(300_000, 'the bytes of a model, again and again; ')
const sha256 = createHash('sha256').update(body).digest('hex')
const limits = { retryDelayMs: 1, idleMs: 10_000, attempts: 4 }

/** A server, a cache folder, and `pull` from one into the other. */
async function scene() {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await FileServer.start(body))
  const folder = stack.use(await temporaryFolder())
  const target = join(folder.path, 'cache', 'model.onnx')
  const pull = (more: Partial<Download> = {}) =>
    download({
      url: server.url,
      target,
      accept: actual => {
        if (actual !== sha256) throw new Error('other bytes')
      },
      onProgress: ({ doneBytes }) => server.received(doneBytes),
      ...more,
      limits: { ...limits, ...more.limits }
    })
  const cached = () => readdir(join(folder.path, 'cache'))
  return { server, target, pull, cached, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('a file arrives whole, and nothing lies beside it', async () => {
  await using it = await scene()
  await it.pull()
  deepStrictEqual(await readFile(it.target), body)
  deepStrictEqual(await it.cached(), ['model.onnx'])
})

test('progress ends at the size that the server states', async () => {
  await using it = await scene()
  const seen: [number, number | undefined][] = []
  await it.pull({ onProgress: ({ doneBytes, totalBytes }) => seen.push([doneBytes, totalBytes]) })
  deepStrictEqual(seen[0], [0, body.length])
  deepStrictEqual(seen.at(-1), [body.length, body.length])
})

test('a connection cut mid-way is gone on from: no byte is sent twice', async () => {
  await using it = await scene()
  it.server.script = [{ cutAfter: 100_000 }, { cutAfter: 50_000 }]
  await it.pull()
  deepStrictEqual(await readFile(it.target), body)
  strictEqual(it.server.bytesServed, body.length)
  deepStrictEqual(it.server.requests, [
    { range: undefined, ifRange: undefined },
    { range: 'bytes=100000-', ifRange: '"one"' },
    { range: 'bytes=150000-', ifRange: '"one"' }
  ])
})

test('a later call goes on from what a failed one left', async () => {
  await using it = await scene()
  it.server.script = [{ cutAfter: 100_000 }]
  await rejects(it.pull({ limits: { attempts: 1 } }), { code: 'SL_MODEL_DOWNLOAD_FAILED', retryable: true })
  deepStrictEqual(await it.cached(), ['model.onnx.part'])
  await it.pull()
  strictEqual(it.server.bytesServed, body.length)
  deepStrictEqual(await it.cached(), ['model.onnx'])
})

test('what a killed process left behind is gone on from once it is old', async () => {
  await using it = await scene()
  const left = `${it.target}.0123456789ab.part`
  await mkdir(left, { recursive: true })
  await writeFile(join(left, 'etag'), '"one"')
  await writeFile(join(left, 'bytes'), body.subarray(0, 200_000))
  const tenMinutesAgo = new Date(Date.now() - 600_000)
  await utimes(join(left, 'bytes'), tenMinutesAgo, tenMinutesAgo)
  await it.pull()
  strictEqual(it.server.bytesServed, 100_000)
  deepStrictEqual(await it.cached(), ['model.onnx'])
})

test("another process's download under way is left alone", async () => {
  await using it = await scene()
  const other = `${it.target}.0123456789ab.part`
  await mkdir(other, { recursive: true })
  await writeFile(join(other, 'etag'), '"one"')
  await writeFile(join(other, 'bytes'), body.subarray(0, 200_000))
  await it.pull()
  strictEqual(it.server.bytesServed, body.length)
  deepStrictEqual(await it.cached(), ['model.onnx', 'model.onnx.0123456789ab.part'])
})

test('a file that changed between two attempts is begun anew', async () => {
  await using it = await scene()
  it.server.script = [{ cutAfter: 100_000, body: Buffer.alloc(300_000, 'an older version') }]
  await rejects(it.pull({ limits: { attempts: 1 } }), { code: 'SL_MODEL_DOWNLOAD_FAILED' })
  it.server.etag = '"two"'
  await it.pull()
  deepStrictEqual(await readFile(it.target), body)
})

test('without an ETag a broken transfer is begun anew', async () => {
  await using it = await scene()
  it.server.etag = undefined
  it.server.script = [{ cutAfter: 100_000 }]
  await it.pull()
  strictEqual(it.server.bytesServed, 100_000 + body.length)
})

test('a weak ETag does not vouch for bytes', async () => {
  await using it = await scene()
  it.server.etag = 'W/"one"'
  it.server.script = [{ cutAfter: 100_000 }]
  await it.pull()
  deepStrictEqual(it.server.requests.at(-1), { range: undefined, ifRange: undefined })
})

test('a part longer than the file is begun anew', async () => {
  await using it = await scene()
  await mkdir(`${it.target}.part`, { recursive: true })
  await writeFile(join(`${it.target}.part`, 'etag'), '"one"')
  await writeFile(join(`${it.target}.part`, 'bytes'), Buffer.alloc(body.length + 1))
  await it.pull()
  deepStrictEqual(await readFile(it.target), body)
})

test('refused bytes leave nothing behind', async () => {
  await using it = await scene()
  it.server.body = Buffer.from('not the model')
  await rejects(it.pull(), /other bytes/)
  deepStrictEqual(await it.cached(), [])
})

test('a server that stalls is given up after the idle time', async () => {
  await using it = await scene()
  it.server.script = [{ stallAfter: 100_000 }]
  await rejects(it.pull({ limits: { idleMs: 100, attempts: 1 } }), {
    code: 'SL_MODEL_DOWNLOAD_FAILED',
    message: /nothing came for 0\.1 s/
  })
})

test('a server that stalls once is asked for the rest', async () => {
  await using it = await scene()
  it.server.script = [{ stallAfter: 100_000 }]
  await it.pull({ limits: { idleMs: 200 } })
  strictEqual(it.server.bytesServed, body.length)
})

const refusals = [
  { rule: '404 is not found, and not asked again', status: 404, code: 'SL_MODEL_NOT_FOUND', requests: 1 },
  { rule: '403 fails, and is not asked again', status: 403, code: 'SL_MODEL_DOWNLOAD_FAILED', requests: 1 },
  { rule: '503 fails after all attempts', status: 503, code: 'SL_MODEL_DOWNLOAD_FAILED', requests: 4 }
]
for (const { rule, status, code, requests } of refusals) {
  test(rule, async () => {
    await using it = await scene()
    it.server.script = Array.from({ length: 10 }, () => ({ status }))
    await rejects(it.pull(), { code, message: new RegExp(`${it.server.url} answers ${status}`) })
    strictEqual(it.server.requests.length, requests)
    deepStrictEqual(await it.cached(), [])
  })
}

test('a machine that cannot be reached is an error at once', async () => {
  await using it = await scene()
  const { url } = it.server
  await it.server[Symbol.asyncDispose]()
  await rejects(it.pull({ url, limits: { retryDelayMs: 60_000 } }), {
    code: 'SL_MODEL_DOWNLOAD_FAILED',
    message: /ECONNREFUSED/,
    retryable: true
  })
})

test('a file longer than allowed is refused before it is written', async () => {
  await using it = await scene()
  await rejects(it.pull({ limits: { maxBytes: 1000 } }), {
    code: 'SL_MODEL_DOWNLOAD_FAILED',
    message: /longer than the 1000 bytes/
  })
  strictEqual((await it.cached()).length, 0)
})

test('an abort ends the transfer and keeps what had come', async () => {
  await using it = await scene()
  it.server.script = [{ stallAfter: 100_000 }]
  const stop = new AbortController()
  const pulling = it.pull({
    signal: stop.signal,
    onProgress: ({ doneBytes }) => {
      if (doneBytes === 100_000) stop.abort()
    }
  })
  await rejects(pulling, { code: 'SL_CANCELLED' })
  await it.pull()
  strictEqual(it.server.bytesServed, body.length)
})

test('redirects are followed', async () => {
  await using it = await scene()
  it.server.script = [{ status: 302, location: '/elsewhere' }]
  await it.pull()
  deepStrictEqual(await readFile(it.target), body)
})

test('a redirect in circles ends', async () => {
  await using it = await scene()
  it.server.script = Array.from({ length: 20 }, () => ({ status: 302, location: '/model.onnx' }))
  await rejects(it.pull(), { code: 'SL_MODEL_DOWNLOAD_FAILED', message: /redirects more than 5 times/ })
})

test('a redirect off https and off this machine is refused', async () => {
  await using it = await scene()
  it.server.script = [{ status: 302, location: 'http://models.example/model.onnx' }]
  await rejects(it.pull(), { code: 'SL_MODEL_DOWNLOAD_FAILED', message: /redirects to http:\/\/models\.example/ })
})

test('downloads of the same file at the same time all end with whole bytes', async () => {
  await using it = await scene()
  it.server.script = [{ cutAfter: 90_000 }, {}, { cutAfter: 10_000 }]
  await Promise.all(Array.from({ length: 6 }, () => it.pull()))
  deepStrictEqual(await readFile(it.target), body)
  deepStrictEqual(await it.cached(), ['model.onnx'])
})

test('a cache that cannot be written is named', async () => {
  await using it = await scene()
  await writeFile(join(it.target, '..', '..', 'cache'), 'a file where the folder should be')
  await rejects(it.pull(), error => {
    ok(error instanceof Error && 'code' in error)
    strictEqual(error.code, 'SL_OUTPUT_UNWRITABLE')
    ok(error.message.includes(it.target))
    return true
  })
})
