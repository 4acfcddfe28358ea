import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { Refusals } from '../../src/api/refusals.ts'
import { startServer } from '../../src/api/server.ts'
import { viewRoutes } from '../../src/api/view-routes.ts'
import type { PictureRequest } from '../../src/live/stream-feed.ts'
import { StreamViews } from '../../src/live/views/stream-views.ts'
import { FragmentMuxer } from '../../src/media/fragments.ts'
import { letIn } from '../support/let-in.ts'
import { relayedClip } from '../support/relayed-clip.ts'
import { ScriptedFeeds } from '../support/scripted-feeds.ts'

const jpeg = Buffer.from('ffd8ffd9', 'hex')
const picture = (ptsMs: number, bytes = jpeg) => ({ jpeg: bytes, epoch: 3, ptsMs, width: 160, height: 120 })

async function serve(mostViewers?: number) {
  const feeds = new ScriptedFeeds()
  const refusals = new Refusals()
  const views = new StreamViews({
    feeds,
    createMuxer: () => new FragmentMuxer(),
    onRefused: code => refusals.note('video', code),
    ...(mostViewers && { mostViewers })
  })
  const health = { problems: () => [] }
  const server = await startServer({
    callers: letIn(),
    host: '127.0.0.1',
    port: 0,
    health,
    routes: app => void viewRoutes(app, { views, refusals })
  })
  const at = (path: string) => `${server.url}/api/v1/streams/${path}`
  const counted = () => [...refusals.figure.read()].map(({ labels, value }) => [labels!.door, labels!.code, value])
  return { feeds, views, at, counted, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** Pictures until nobody wants them. */
async function* endless(_: PictureRequest, signal: AbortSignal) {
  for (let index = 0; !signal.aborted; index++) {
    yield picture(index * 40)
    await new Promise(setImmediate)
  }
}

const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise(setImmediate)
}

/** What a viewer of fragments gets until the connection is closed. */
async function watch(url: string): Promise<{ text: { type: string; code?: string }[]; binary: number; code: number }> {
  const socket = new WebSocket(url.replace('http', 'ws'))
  const text: { type: string }[] = []
  let binary = 0
  socket.on('message', (data, isBinary) => {
    if (isBinary) binary++
    else text.push(JSON.parse(String(data)))
  })
  const [code] = await once(socket, 'close')
  return { text, binary, code }
}

test('V1 a snapshot says which picture it is, and is not to be kept', async () => {
  await using served = await serve()
  served.feeds.set('door', { pictures: endless })
  const answer = await fetch(served.at('door/snapshot.jpg?boxes=1&width=320'))
  deepStrictEqual(
    ['content-type', 'cache-control', 'sightline-pts-ms', 'sightline-epoch'].map(name => answer.headers.get(name)),
    ['image/jpeg', 'no-store', '0', '3']
  )
  deepStrictEqual(Buffer.from(await answer.arrayBuffer()), jpeg)
  deepStrictEqual(served.feeds.requests, [{ boxes: true, maxWidth: 320, maxFps: 10 }])
})

test('V2 a stream that shows nothing now is to be asked again soon', async () => {
  await using served = await serve()
  served.feeds.set('door', {})
  const answer = await fetch(served.at('door/snapshot.jpg'))
  deepStrictEqual([answer.status, answer.headers.get('retry-after')], [503, '2'])
  strictEqual(((await answer.json()) as { code: string }).code, 'SL_STREAM_DARK')
})

for (const [rule, path] of [
  ['V3 a snapshot of a stream that is not there', 'window/snapshot.jpg'],
  ['V4 motion JPEG of a stream that is not there', 'window/mjpeg'],
  ['V5 a name that no stream can have', '..%2f%00/snapshot.jpg'],
  ['V6 a name longer than any', `${'a'.repeat(90)}/mjpeg`]
] as const) {
  test(`${rule} is not found`, async () => {
    await using served = await serve()
    const answer = await fetch(served.at(path))
    strictEqual(answer.status, 404)
    match(((await answer.json()) as { code: string }).code, /^SL_(STREAM|ROUTE)_UNKNOWN$/)
  })
}

for (const query of ['fps=0', 'fps=1000', 'fps=nan', 'width=1e9', 'width=-5', 'boxes=yes', 'width=320&width=640']) {
  test(`V7 ${query} is refused`, async () => {
    await using served = await serve()
    served.feeds.set('door', { pictures: endless })
    strictEqual((await fetch(served.at(`door/mjpeg?${query}`))).status, 400)
  })
}

test('V8 motion JPEG goes on until its viewer leaves', async () => {
  await using served = await serve()
  served.feeds.set('door', { pictures: endless })
  const leaving = new AbortController()
  const answer = await fetch(served.at('door/mjpeg?fps=2'), { signal: leaving.signal })
  match(answer.headers.get('content-type') ?? '', /^multipart\/x-mixed-replace; boundary=/)
  let seen = ''
  for await (const chunk of answer.body!) {
    seen += Buffer.from(chunk).toString('latin1')
    if (seen.split('sightline-pts-ms').length > 4) break
  }
  await until(() => served.views.counters.pictureViewers === 0)
  strictEqual(served.views.counters.pictureKinds, 0)
  deepStrictEqual(served.feeds.requests, [{ boxes: false, maxFps: 2 }])
})

test('V20 motion JPEG of one kind too many is to be asked for again, and taken up once there is room', async () => {
  await using served = await serve()
  served.feeds.set('door', { pictures: endless })
  const leaving = new AbortController()
  for (let fps = 1; fps <= 8; fps++) await fetch(served.at(`door/mjpeg?fps=${fps}`), { signal: leaving.signal })
  const answer = await fetch(served.at('door/mjpeg?fps=9'))
  deepStrictEqual([answer.status, ((await answer.json()) as { code: string }).code], [503, 'SL_VIEW_LIMIT'])
  leaving.abort()
  await until(() => served.views.counters.pictureKinds === 0)
  strictEqual((await fetch(served.at('door/mjpeg?fps=9'), { method: 'HEAD' })).status, 200)
})

test('V21 who is refused is counted, by the code that was given', async () => {
  await using served = await serve()
  served.feeds.set('door', {})
  await fetch(served.at('door/snapshot.jpg'))
  await fetch(served.at('window/mjpeg'))
  await fetch(served.at('door/mjpeg?fps=0'))
  await watch(served.at('window/video'))
  deepStrictEqual(served.counted(), [
    ['snapshot', 'SL_STREAM_DARK', 1],
    ['mjpeg', 'SL_STREAM_UNKNOWN', 1],
    ['mjpeg', 'SL_REQUEST_INVALID', 1],
    ['video', 'SL_STREAM_UNKNOWN', 1]
  ])
})

test('V9 asking for the head of motion JPEG starts nothing that stays', async () => {
  await using served = await serve()
  served.feeds.set('door', { pictures: endless })
  strictEqual((await fetch(served.at('door/mjpeg'), { method: 'HEAD' })).status, 200)
  await until(() => served.views.counters.pictureViewers === 0 && served.views.counters.pictureKinds === 0)
})

test('V10 a viewer that reads nothing has no pictures made for it beyond what is on its way', async () => {
  await using served = await serve()
  let made = 0
  const large = Buffer.alloc(1 << 20)
  served.feeds.set('door', {
    async *pictures(_, signal) {
      while (!signal.aborted) {
        made++
        yield picture(made, large)
        await new Promise(setImmediate)
      }
    }
  })
  const { hostname, port } = new URL(served.at('door'))
  const socket = connect(Number(port), hostname)
  socket.pause()
  socket.write(`GET /api/v1/streams/door/mjpeg HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`)
  const before = process.memoryUsage().arrayBuffers
  await until(() => made > 1000)
  const grown = process.memoryUsage().arrayBuffers - before
  ok(grown < 32 << 20, `${grown >> 20} MB more`)
  socket.destroy()
  await until(() => served.views.counters.pictureViewers === 0)
})

test('V11 a viewer of fragments gets the stream, and hears of its end', async () => {
  await using served = await serve()
  const units = await relayedClip('h264')
  served.feeds.set('door', {
    async *units() {
      yield* units
    }
  })
  const seen = await watch(served.at('door/video'))
  deepStrictEqual(
    seen.text.map(({ type }) => type),
    ['state', 'init']
  )
  deepStrictEqual([seen.binary, seen.code], [13, 1000])
})

test('V12 a viewer of a stream that is not there hears why', async () => {
  await using served = await serve()
  const seen = await watch(served.at('window/video'))
  deepStrictEqual([seen.text.map(({ code }) => code), seen.code], [['SL_STREAM_UNKNOWN'], 4404])
})

test('V13 a viewer that leaves frees its stream', async () => {
  await using served = await serve()
  let ended = false
  served.feeds.set('door', {
    async *units(signal) {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      ended = true
    }
  })
  const socket = new WebSocket(served.at('door/video').replace('http', 'ws'))
  await once(socket, 'message')
  strictEqual(served.views.counters.videoViewers, 1)
  socket.terminate()
  await until(() => ended && served.views.counters.videoViewers === 0)
})

test('V14 more viewers than are served are told to come back', async () => {
  await using served = await serve(1)
  served.feeds.set('door', { pictures: endless })
  const leaving = new AbortController()
  const first = await fetch(served.at('door/mjpeg'), { signal: leaving.signal })
  strictEqual(first.status, 200)
  const second = await fetch(served.at('door/mjpeg'))
  deepStrictEqual([second.status, ((await second.json()) as { code: string }).code], [503, 'SL_VIEW_LIMIT'])
  strictEqual((await watch(served.at('door/video'))).code, 1013)
  leaving.abort()
  await first.body?.cancel().catch(() => {})
})

test('V15 a viewer that talks too much is cut off', async () => {
  await using served = await serve()
  served.feeds.set('door', {
    async *units(signal) {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
    }
  })
  const socket = new WebSocket(served.at('door/video').replace('http', 'ws'))
  await once(socket, 'open')
  socket.send(Buffer.alloc(100_000))
  const [code] = await once(socket, 'close')
  strictEqual(code, 1009)
  await until(() => served.views.counters.videoViewers === 0)
})

test('V16 the server ends while viewers are there, and their streams are let go', async () => {
  const served = await serve()
  let ended = 0
  served.feeds.set('door', {
    async *pictures(request, signal) {
      yield* endless(request, signal)
      ended++
    },
    async *units(signal) {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      ended++
    }
  })
  const socket = new WebSocket(served.at('door/video').replace('http', 'ws'))
  socket.on('error', () => {})
  await once(socket, 'message')
  const answer = await fetch(served.at('door/mjpeg'))
  await served[Symbol.asyncDispose]()
  await answer.body?.cancel().catch(() => {})
  await until(() => ended === 2)
})

test('V17 a viewer that is gone without a word is noticed, be the stream dark or not', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  await using served = await serve()
  served.feeds.set('door', {
    async *units(signal) {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
    }
  })
  const url = served.at('door/video').replace('http', 'ws')
  const [there, gone] = [new WebSocket(url), new WebSocket(url, { autoPong: false })]
  await Promise.all([once(there, 'message'), once(gone, 'message')])
  const pinged = [once(there, 'ping'), once(gone, 'ping')]
  t.mock.timers.tick(60_000)
  await Promise.all(pinged)
  await new Promise(resolve => there.ping(undefined, undefined, resolve))
  await once(there, 'pong')
  t.mock.timers.tick(60_000)
  await once(gone, 'close')
  deepStrictEqual([there.readyState, served.views.counters.videoViewers], [WebSocket.OPEN, 1])
  there.terminate()
})
