import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { LiveDecoder } from '../../../src/media/live-decoder.ts'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'
import { HttpSource } from '../../../src/media/sources/http/http-source.ts'
import type { AccessUnit, SourceConnection } from '../../../src/media/sources/source.ts'
import { type ClipOptions, makeClip } from '../../support/make-clip.ts'
import { serving } from '../../support/serving.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const never = new AbortController().signal
const coded = (code: string) => (error: Error & { code?: string }) => error.code === code

async function clip(file: string, options: ClipOptions = {}): Promise<Buffer> {
  await using folder = await temporaryFolder()
  await makeClip(join(folder.path, file), { frames: 20, fps: 50, gop: 10, ...options })
  return readFile(join(folder.path, file))
}

const connect = (url: string): Promise<SourceConnection> =>
  new HttpSource(url, { dialler: new DirectDialler() }).connect(never)

/** Pictures that could be decoded, and those that could not. */
async function decoded(connection: SourceConnection): Promise<readonly [number, number]> {
  await using decoder = new LiveDecoder(connection.format)
  for await (const { frame } of decoder.frames(connection.units())) frame[Symbol.dispose]()
  const { pictures, broken, skipped } = decoder.counters
  return [pictures, broken + skipped]
}

/** Bytes of a file from the place that was asked for. */
function sendRange(bytes: Buffer, { headers: { range } }: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
  const head = { 'accept-ranges': 'bytes', 'content-length': bytes.length - from, 'content-type': 'video/mp4' }
  response.writeHead(range ? 206 : 200, head).end(bytes.subarray(from))
}

for (const [rule, file, options] of [
  ['an MP4 with its index at the end', 'clip.mp4', {}],
  ['H.264 in a transport stream', 'clip.ts', {}],
  ['H.265 in Matroska', 'clip.mkv', { codec: 'h265' }],
  ['VP9 in WebM', 'clip.webm', { codec: 'vp9' }],
  ['H.264 in FLV', 'clip.flv', {}]
] as const) {
  test(`V1 ${rule} whose length is known is played in real time, every picture of it`, async () => {
    const bytes = await clip(file, options)
    await using server = await serving((request, response) => sendRange(bytes, request, response))
    await using connection = await connect(server.url)
    const begun = performance.now()
    deepStrictEqual(await decoded(connection), [20, 0])
    const tookMs = performance.now() - begun
    ok(tookMs > 300, `20 pictures of 20 ms took ${tookMs} ms`)
  })
}

for (const file of ['clip.ts', 'clip.flv', 'clip.mkv']) {
  test(`V2 ${file} without a length is live: pictures come out as they come in`, async () => {
    const bytes = await clip(file, { frames: 200, fps: 25, gop: 10 })
    let more: (() => void) | undefined
    await using server = await serving((_, response) => {
      response.write(bytes.subarray(0, Math.ceil(bytes.length * 0.6)))
      more = () => response.end(bytes.subarray(Math.ceil(bytes.length * 0.6)))
    })
    await using connection = await connect(server.url)
    const units: AccessUnit[] = []
    for await (const unit of connection.units()) if (units.push(unit) === 50) more!()
    // The first of them were left out by nobody: they came before they could be waited for, and are fewer than fit.
    ok(units.length >= 190, `${units.length} of 200`)
    strictEqual(units[0]!.isKey, true)
  })
}

test('V3 closing ends it at once, while nothing comes', async () => {
  const bytes = await clip('clip.ts', { frames: 100 })
  await using server = await serving((_, response) => response.write(bytes))
  const connection = await connect(server.url)
  const reading = (async () => {
    for await (const _ of connection.units());
  })()
  await connection[Symbol.asyncDispose]()
  await reading
})

test('V4 who hangs up in the middle is a broken network', async () => {
  const bytes = await clip('clip.ts', { frames: 100 })
  await using server = await serving((_, response) => {
    response.write(bytes, () => response.destroy())
  })
  await rejects(async () => {
    await using connection = await connect(server.url)
    for await (const _ of connection.units());
  }, coded('SL_INPUT_NETWORK'))
})

test('V5 giving up while it opens leaves no connection', async () => {
  const { promise: isClosed, resolve } = Promise.withResolvers<void>()
  const giveUp = new AbortController()
  await using server = await serving((_, response) => {
    response.on('close', resolve)
    response.write('x', () => giveUp.abort())
  })
  const source = new HttpSource(server.url, { dialler: new DirectDialler() })
  await rejects(source.connect(giveUp.signal), coded('SL_CANCELLED'))
  await isClosed
})

for (const [what, body, code] of [
  ['a page', '<html></html>', 'SL_INPUT_NOT_VIDEO'],
  ['a list for FFmpeg', 'ffconcat version 1.0\nfile /etc/passwd\n', 'SL_INPUT_REFUSED'],
  ['a playlist under another name', '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n', 'SL_INPUT_REFUSED'],
  ['nothing', '', 'SL_INPUT_EMPTY'],
  ['noise', Buffer.alloc(100_000, 0x9b), 'SL_INPUT_NOT_VIDEO']
] as const) {
  test(`V6 ${what} is refused`, async () => {
    await using server = await serving(body)
    await rejects(connect(server.url), coded(code))
  })
}

test('V7 sound alone is no source', async () => {
  const bytes = await clip('sound.ts', { codec: 'none' })
  await using server = await serving(bytes)
  await rejects(connect(server.url), coded('SL_INPUT_NO_VIDEO_STREAM'))
})

test('V8 more than may hold a thread each are refused, until one of them is closed', async () => {
  const bytes = await clip('clip.ts', { frames: 100 })
  await using server = await serving((_, response) => response.write(bytes))
  const first = await connect(server.url)
  await using _ = await connect(server.url)
  await rejects(connect(server.url), (error: Error & { retryable?: boolean }) => error.retryable === true)
  await first[Symbol.asyncDispose]()
  await using __ = await connect(server.url)
})
