import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { StateMessage } from '../../src/contract/live.ts'
import { liveEvent } from '../../src/live/socket/live-event.ts'
import { until } from '../events/until.ts'
import { crossing } from '../store/records.ts'
import { clientFrame, Listener, liveServer, rawSocket } from './live-server.ts'

const path = '/api/v1/live'
const yard: StateMessage = { type: 'state', stream: 'yard', title: 'Yard', state: 'up', sinceMs: 1 }
const happened = (n: number) => {
  const { atMs, body } = crossing({ n })
  return liveEvent(atMs, body)
}
const text = 1
const more = 0

test('L1 a browser subscribes, and hears states, tracks and events', async t => {
  const { url, hub } = await liveServer(t)
  hub.state(yard)
  const listener = await Listener.open(url, path)
  listener.say({ type: 'subscribe' })
  await listener.hears(1)
  hub.tracks('yard', '{"type":"tracks"}')
  hub.event(happened(1))
  await listener.hears(3)
  deepStrictEqual(
    listener.heard.map(({ type }) => type),
    ['state', 'tracks', 'event']
  )
  deepStrictEqual(listener.heard[2], { type: 'event', atMs: crossing().atMs, event: crossing().body })
})

test('L2 messages of any length arrive whole', async t => {
  const { url, hub } = await liveServer(t)
  hub.state(yard)
  const listener = await Listener.open(url, path)
  listener.say({ type: 'subscribe' })
  await listener.hears(1)
  const labels = [1, 200, 70_000, 3_000_000].map(length => 'x'.repeat(length))
  for (const label of labels) hub.tracks('yard', Buffer.from(JSON.stringify({ label })))
  // Who is slow for a moment gets the newest.
  while (listener.heard.at(-1)?.label !== labels[3]) await once(listener.socket, 'message')
  ok(listener.heard.length >= 2)
})

test('L3 every event reaches a reader that pauses, and one that does not is not kept waiting', async t => {
  // However long the machine takes: who pauses is not closed for it here.
  const { url, hub, history } = await liveServer(t, { hub: { stallMs: 600_000 } })
  const [slow, fast] = await Promise.all([Listener.open(url, path), Listener.open(url, path)])
  for (const listener of [slow, fast]) listener.say({ type: 'subscribe', kinds: ['line-crossed', 'state'] })
  hub.state(yard)
  await Promise.all([slow.hears(1), fast.hears(1)])
  slow.socket.pause()
  const total = 20_000
  for (let n = 1; n <= total; n++) {
    const { atMs, body } = crossing({ n })
    history.kept.push({ atMs, event: body })
    hub.event(liveEvent(atMs, body))
    if (n % 100 === 0) await fast.hears(n + 1)
  }
  strictEqual(hub.snapshot().slow, 1)
  ok(hub.snapshot().mostQueuedBytes < 64_000, `${hub.snapshot().mostQueuedBytes} bytes wait for one client`)
  slow.socket.resume()
  await slow.hears(total + 1)
  const ids = Array.from({ length: total }, (_, n) => crossing({ n: n + 1 }).id)
  deepStrictEqual(
    slow.heard.slice(1).map(({ event }) => (event as { id: string }).id),
    ids
  )
})

test('L4 who takes nothing is closed, with the reason where it still reads', async t => {
  const { url, hub } = await liveServer(t, { hub: { stallMs: 300 } })
  const listener = await Listener.open(url, path)
  listener.say({ type: 'subscribe' })
  hub.state(yard)
  await listener.hears(1)
  listener.socket.pause()
  while (hub.snapshot().slow === 0) hub.tracks('yard', Buffer.alloc(100_000, ' '))
  await until(() => hub.snapshot().clients === 0)
  strictEqual(hub.snapshot().stalled, 1)
})

const hostile = [
  { what: 'a message of 100 MB', send: clientFrame(text, Buffer.alloc(1000), { length: 100_000_000 }), code: 1009 },
  { what: 'a message over 16 KB', send: clientFrame(text, Buffer.alloc(16_385, 'x')), code: 1009 },
  {
    what: 'a million fragments',
    send: Buffer.concat([
      clientFrame(text, Buffer.alloc(0), { final: false }),
      ...Array.from({ length: 20_000 }, () => clientFrame(more, Buffer.alloc(0), { final: false }))
    ]),
    code: 1008
  },
  { what: 'text that is no UTF-8', send: clientFrame(text, Buffer.from([0xff, 0xfe])), code: 1007 },
  { what: 'a reserved opcode', send: clientFrame(5, Buffer.from('x')), code: 1002 }
]
for (const { what, send, code } of hostile) {
  test(`L5 ${what} ends the connection with ${code}, is counted, and nobody else notices`, async t => {
    const { url, hub, counts } = await liveServer(t)
    const other = await Listener.open(url, path)
    other.say({ type: 'subscribe' })
    const socket = await rawSocket(url, path)
    const answer = once(socket, 'data')
    socket.write(send)
    const [frame] = (await answer) as [Buffer]
    deepStrictEqual([frame[0], frame.readUInt16BE(2)], [0x88, code])
    strictEqual(counts().live.broken, 1)
    hub.state(yard)
    await other.hears(1)
    socket.destroy()
  })
}

test('L6 junk is answered with an error, and the connection goes on', async t => {
  const { url, hub } = await liveServer(t)
  const listener = await Listener.open(url, path)
  for (const junk of ['', '{', '{"type":"subscribe","streams":"yard"}', Buffer.from('{"type":"subscribe"}')])
    listener.socket.send(junk)
  listener.say({ type: 'subscribe' })
  await listener.hears(4)
  hub.state(yard)
  await listener.hears(5)
  deepStrictEqual(
    listener.heard.map(({ type, code }) => code ?? type),
    [...Array(4).fill('SL_LIVE_REQUEST_INVALID'), 'state']
  )
})

test('L7 a page of another site is not let in', async t => {
  const { url } = await liveServer(t)
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(url.replace('http', 'ws') + path, { origin: 'http://example.com' })
  const [error] = await once(socket, 'error')
  ok(String(error).includes('403'), String(error))
})

test('L9 who leaves without a word is forgotten', async t => {
  const { url, hub } = await liveServer(t)
  const listener = await Listener.open(url, path)
  listener.say({ type: 'subscribe' })
  hub.state(yard)
  await listener.hears(1)
  listener.socket.terminate()
  await until(() => hub.snapshot().clients === 0)
})
