import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { openVideoWriter } from '../../src/media/encode.ts'
import { HttpReader } from '../../src/media/readers/http-reader.ts'
import { makeClip, testPicture } from '../support/make-clip.ts'
import { readAll } from '../support/read-all.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const fails = (code: string) => (error: unknown) => (error as { code?: string }).code === code

/** Serves on a loopback port of its own until disposed. */
async function serve(answer: RequestListener): Promise<AsyncDisposable & { readonly url: URL }> {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/clip.mp4`),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}

/** Answers byte ranges as RFC 9110 §14 says, or only ever the whole file. */
function fileAnswer(bytes: Buffer, ranges: boolean): RequestListener {
  return (request, response) => {
    const from = ranges ? rangeStart(request) : 0
    const part = bytes.subarray(from)
    if (ranges) response.setHeader('content-range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`)
    response.writeHead(ranges ? 206 : 200, { 'content-length': part.length }).end(part)
  }
}

async function clipBytes(): Promise<Buffer> {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'clip.mp4')
  await makeClip(path, { frames: 20 })
  const bytes = await readFile(path)
  ok(bytes.indexOf('moov') > bytes.indexOf('mdat'), 'the clip has its index at the end')
  return bytes
}

test('an MP4 with its index at the end is read from a server with ranges', async () => {
  await using server = await serve(fileAnswer(await clipBytes(), true))
  const { frames, truncated } = await readAll(server.url.href)
  deepStrictEqual([frames.length, truncated], [20, false])
})

test('credentials in the URL are sent as HTTP basic authentication', async () => {
  let authorization: string | undefined
  const bytes = await clipBytes()
  await using server = await serve((request, response) => {
    authorization = request.headers.authorization
    fileAnswer(bytes, true)(request, response)
  })
  server.url.username = 'coach'
  server.url.password = 'p%40ss'
  strictEqual((await readAll(server.url.href)).frames.length, 20)
  strictEqual(authorization, `Basic ${Buffer.from('coach:p@ss').toString('base64')}`)
})

test('redirects are followed', async () => {
  const bytes = await clipBytes()
  await using server = await serve((request, response) => {
    if (request.url === '/clip.mp4') response.writeHead(302, { location: '/elsewhere' }).end()
    else fileAnswer(bytes, true)(request, response)
  })
  strictEqual((await readAll(server.url.href)).frames.length, 20)
})

test('a server that never answers is SL_INPUT_TIMEOUT', async () => {
  await using server = await serve(() => undefined)
  await rejects(HttpReader.open(server.url, { stallMs: 100 }), fails('SL_INPUT_TIMEOUT'))
})

test('a server that stalls in the middle is SL_INPUT_TIMEOUT, and the reader keeps the reason', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 1000 })
    response.write(Buffer.alloc(300))
  })
  await using reader = await HttpReader.open(server.url, { stallMs: 500 })
  let received = 0
  await rejects(async () => {
    while (true) received += (await reader.read(100)).length
  }, fails('SL_INPUT_TIMEOUT'))
  strictEqual(received, 300)
  strictEqual(reader.failure?.code, 'SL_INPUT_TIMEOUT')
})

test('an abort ends a wait for the server', async () => {
  await using server = await serve(() => undefined)
  const abort = new AbortController()
  const opening = HttpReader.open(server.url, { signal: abort.signal })
  abort.abort()
  await rejects(opening, fails('SL_INPUT_NETWORK'))
})

test('nobody listening is SL_INPUT_NETWORK', async () => {
  const { url } = await (async () => {
    await using server = await serve(() => undefined)
    return server
  })()
  await rejects(HttpReader.open(url), fails('SL_INPUT_NETWORK'))
})

test('a connection that breaks is taken up again where it broke', async () => {
  const bytes = await clipBytes()
  let requests = 0
  await using server = await serve((request, response) => {
    const from = rangeStart(request)
    response.writeHead(206, { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` })
    const part = bytes.subarray(from)
    if (++requests % 2 === 1) response.write(part.subarray(0, part.length / 2), () => response.destroy())
    else response.end(part)
  })
  const { frames, truncated } = await readAll(server.url.href)
  deepStrictEqual([frames.length, truncated], [20, false])
})

test('a recording that the server never gives beyond a point gives its readable part, truncated', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'fast.mp4')
  const writer = await openVideoWriter(path, { width: 320, height: 240, gop: 5, fps: 10 })
  for (let i = 0; i < 60; i++) await writer.write({ width: 320, height: 240, data: testPicture(i, 320, 240) }, i * 100)
  await writer.finish()
  const bytes = await readFile(path)
  const last = Math.round(bytes.length * 0.7)
  await using server = await serve((request, response) => {
    const from = rangeStart(request)
    response.writeHead(206, {
      'content-length': bytes.length - from,
      'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`
    })
    if (from >= last) response.destroy()
    else response.write(bytes.subarray(from, Math.min(last, from + 20_000)), () => response.destroy())
  })
  const { frames, truncated } = await readAll(server.url.href)
  ok(truncated)
  ok(frames.length > 10 && frames.length < 58, String(frames.length))
})

function rangeStart({ headers }: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
}
