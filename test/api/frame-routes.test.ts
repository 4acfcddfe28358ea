import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import { liveEvent } from '../../src/live/socket/live-event.ts'
import { until } from '../events/until.ts'
import { crossing } from '../store/records.ts'
import { clientFrame, Listener, liveServer, rawSocket } from './live-server.ts'

const canvas = createCanvas(64, 48)
const jpeg = canvas.toBuffer('image/jpeg')
const webp = canvas.toBuffer('image/webp')
const start = { type: 'start', stream: 'yard' }

/** The same JPEG, that says it were of this size. */
function claiming(width: number, height: number): Buffer {
  const bytes = Buffer.from(jpeg)
  const frame = bytes.findIndex((byte, at) => byte === 0xff && (bytes[at + 1] === 0xc0 || bytes[at + 1] === 0xc2))
  bytes.writeUInt16BE(height, frame + 5)
  bytes.writeUInt16BE(width, frame + 7)
  return bytes
}

test('F1 frames go in, and tracks and events of that stream come out of the same socket', async t => {
  const { url, hub, pictures } = await liveServer(t)
  const sender = await Listener.open(url, '/ws')
  sender.say(start)
  await sender.hears(1)
  sender.socket.send(jpeg)
  await until(() => pictures.units.length === 1)
  hub.tracks('yard', '{"type":"tracks"}')
  const { atMs, body } = crossing()
  hub.event(liveEvent(atMs, body))
  const elsewhere = crossing({ stream: 'street' })
  hub.event(liveEvent(elsewhere.atMs, elsewhere.body))
  await sender.hears(3)
  deepStrictEqual(
    sender.heard.map(({ type }) => type),
    ['started', 'tracks', 'event']
  )
  const [unit] = pictures.units
  deepStrictEqual(unit?.data, jpeg)
  deepStrictEqual(unit?.format, { codec: 'mjpeg', parameterSets: Buffer.alloc(0) })
})

test('F2 the address can name the stream, and a note before a frame says when it was taken', async t => {
  const { url, pictures } = await liveServer(t)
  const sender = await Listener.open(url, '/ws?stream=yard')
  await sender.hears(1)
  for (const [at, picture] of [jpeg, webp, webp].entries()) {
    sender.say({ ptsMs: 40 * at, id: `picture ${at}` })
    sender.socket.send(picture)
    await until(() => pictures.units.length === at + 1)
  }
  deepStrictEqual(
    pictures.units.map(({ sourceMs, isKey, format }) => [sourceMs, isKey, format?.codec]),
    [
      [0, true, 'mjpeg'],
      [40, true, 'webp'],
      [80, true, undefined]
    ]
  )
})

test('F3 of a burst the newest is looked at, and the sender is told what was left out', async t => {
  const { url, pictures, frames } = await liveServer(t, { frames: { maxFps: 10 } })
  const sender = await Listener.open(url, '/ws?stream=yard')
  await sender.hears(1)
  for (let at = 0; at < 50; at++) {
    sender.say({ id: String(at) })
    sender.socket.send(at === 49 ? webp : jpeg)
  }
  await sender.hears(2)
  const [, told] = sender.heard
  strictEqual(told?.type, 'dropped')
  strictEqual(told.frames, 50 - pictures.units.length)
  strictEqual((told.ids as string[]).includes('49'), false)
  deepStrictEqual(pictures.units.at(-1)?.data, webp)
  strictEqual(frames.counts.dropped, told.frames)
})

test('F4 one sender a stream; the next can send when the first is gone', async t => {
  const { url, pictures } = await liveServer(t)
  const first = await Listener.open(url, '/ws?stream=yard')
  await first.hears(1)
  const second = await Listener.open(url, '/ws?stream=yard')
  await second.hears(1)
  strictEqual(second.heard[0]?.code, 'SL_PUSH_TAKEN')
  first.socket.close()
  await until(() => pictures.publisher === undefined)
  second.say(start)
  await second.hears(2)
  strictEqual(second.heard[1]?.type, 'started')
})

test('F5 when the stream takes no more the sender is told why', async t => {
  const { url, pictures } = await liveServer(t)
  const sender = await Listener.open(url, '/ws?stream=yard')
  await sender.hears(1)
  pictures.publisher?.end('The stream was removed.')
  await sender.isClosed()
  deepStrictEqual(sender.closed, { code: 4410, reason: 'The stream was removed.' })
})

const truncated = jpeg.subarray(0, 20)
const refused = [
  { what: 'a bomb of a JPEG', send: claiming(65_535, 65_535), code: 'SL_PUSH_TOO_LARGE' },
  { what: 'a JPEG without size', send: claiming(0, 0), code: 'SL_PUSH_INVALID' },
  { what: 'a JPEG that ends early', send: truncated, code: 'SL_PUSH_INVALID' },
  { what: 'a JPEG of nothing but segments', send: Buffer.alloc(8_000_000, 'ffd8', 'hex'), code: 'SL_PUSH_INVALID' },
  { what: 'a PNG', send: canvas.toBuffer('image/png'), code: 'SL_PUSH_INVALID' },
  { what: 'nothing', send: Buffer.alloc(0), code: 'SL_PUSH_INVALID' },
  { what: 'noise', send: Buffer.alloc(5000, 0x5a), code: 'SL_PUSH_INVALID' },
  { what: 'a note that is none', send: '{"ptsMs":-1}', code: 'SL_PUSH_INVALID' },
  { what: 'a time that is no number', send: '{"ptsMs":1e999}', code: 'SL_PUSH_INVALID' },
  { what: 'another start', send: JSON.stringify(start), code: 'SL_PUSH_INVALID' }
]
for (const { what, send, code } of refused) {
  test(`F6 ${what} is refused with ${code} and counted, and the next picture is taken`, async t => {
    const refusals: string[] = []
    const { url, pictures } = await liveServer(t, { frames: { onRefused: given => refusals.push(given) } })
    const sender = await Listener.open(url, '/ws?stream=yard')
    await sender.hears(1)
    sender.socket.send(send)
    await sender.hears(2)
    strictEqual(sender.heard[1]?.code, code)
    deepStrictEqual(refusals, [code])
    sender.socket.send(jpeg)
    await until(() => pictures.units.length === 1)
  })
}

for (const stream of ['street', '../yard', 'a/b', 'x'.repeat(300), '\u0007', '']) {
  test(`F7 a stream that is not there is refused: ${JSON.stringify(stream.slice(0, 20))}`, async t => {
    const { url, pictures } = await liveServer(t)
    const sender = await Listener.open(url, `/ws?stream=${encodeURIComponent(stream)}`)
    await sender.hears(1)
    strictEqual(sender.heard[0]?.type, 'error')
    sender.socket.send(jpeg)
    await sender.hears(2)
    strictEqual(sender.heard[1]?.code, 'SL_PUSH_INVALID')
    strictEqual(pictures.units.length, 0)
  })
}

const binary = 2
const hostile = [
  { what: 'a frame of 100 MB', send: clientFrame(binary, Buffer.alloc(1000), { length: 100_000_000 }), code: 1009 },
  { what: 'a frame over 8 MB in pieces', send: inPieces(9, 1_000_000), code: 1009 },
  { what: 'a million fragments', send: inPieces(20_000, 0), code: 1008 }
]
for (const { what, send, code } of hostile) {
  test(`F8 ${what} ends the connection with ${code}, and frees the stream`, async t => {
    const { url, pictures, counts } = await liveServer(t)
    const socket = await rawSocket(url, '/ws')
    const started = once(socket, 'data')
    socket.write(clientFrame(1, Buffer.from(JSON.stringify(start))))
    await started
    const answer = once(socket, 'data')
    socket.write(send)
    const [frame] = (await answer) as [Buffer]
    deepStrictEqual([frame[0], frame.readUInt16BE(2)], [0x88, code])
    strictEqual(counts().frames.broken, 1)
    socket.destroy()
    await until(() => pictures.publisher === undefined)
    ok(pictures.units.length === 0)
  })
}

function inPieces(count: number, bytes: number): Buffer {
  const pieces = Array.from({ length: count }, (_, at) =>
    clientFrame(at === 0 ? binary : 0, Buffer.alloc(bytes), { final: false })
  )
  return Buffer.concat(pieces)
}
