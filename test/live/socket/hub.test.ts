import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { liveEvent } from '../../../src/live/socket/live-event.ts'
import { crossing, crowd } from '../../store/records.ts'
import { idsOf, scene, state } from './hub-scene.ts'
import { ScriptedSocket } from './scripted-socket.ts'

const full = 0
const tracks = (stream: string, frame: number) =>
  JSON.stringify({
    type: 'tracks',
    stream,
    epoch: 1,
    frame,
    ptsMs: frame * 40,
    outcome: 'analysed',
    delayMs: 5,
    labels: ['person'],
    tracks: []
  })

test('H1 a client hears of the streams that it named, and of all where it named none', t => {
  const { hub, comes, happens } = scene(t)
  for (const stream of ['yard', 'street']) hub.state(state(stream))
  const yard = comes({ type: 'subscribe', streams: ['yard'] }).socket
  const all = comes().socket
  happens({ n: 1 }, { stream: 'street', n: 1 })
  hub.tracks('street', tracks('street', 1))
  deepStrictEqual(yard.types(), ['state', 'event'])
  deepStrictEqual(all.types(), ['state', 'state', 'event', 'event', 'tracks'])
})

test('H2 kinds choose among states, tracks and events', t => {
  const { hub, comes, happens } = scene(t)
  hub.state(state('yard'))
  const sockets = [['tracks'], ['state'], ['line-crossed'], ['crowd-formed', 'tracks'], []].map(
    kinds => comes({ type: 'subscribe', streams: ['yard'], kinds }).socket
  )
  happens({ n: 1 })
  hub.tracks('yard', Buffer.from(tracks('yard', 1)))
  const { atMs, body } = crowd({ n: 1 })
  hub.event(liveEvent(atMs, body))
  deepStrictEqual(
    sockets.map(socket => socket.types()),
    [['tracks'], ['state'], ['event'], ['tracks', 'event'], []]
  )
})

test('H3 a subscription replaces the one before it', t => {
  const { comes, happens } = scene(t)
  const { socket, client } = comes({ type: 'subscribe', streams: ['yard'] })
  client.message(JSON.stringify({ type: 'subscribe', streams: ['street'] }))
  happens({ n: 1 }, { stream: 'street', n: 1 })
  deepStrictEqual(socket.events(), idsOf({ stream: 'street', n: 1 }))
})

test('H4 a stream is watched from the first client that wants its tracks to the last, if it is there', t => {
  const told: string[] = []
  const { hub, comes } = scene(t, { onWatched: (stream, watched) => told.push(`${stream} ${watched}`) })
  hub.state(state('yard'))
  const events = comes({ type: 'subscribe', streams: ['yard'], kinds: ['line-crossed'] }).client
  const first = comes({ type: 'subscribe', streams: ['yard', 'street'] }).client
  const all = comes().client
  hub.state(state('street'))
  first.closed()
  all.message(JSON.stringify({ type: 'subscribe', streams: ['street'] }))
  all.closed()
  events.closed()
  deepStrictEqual(told, ['yard true', 'street true', 'yard false', 'street false'])
})

test('H5 who is slow gets the newest tracks of each stream, and every event', t => {
  const { hub, comes, happens } = scene(t)
  for (const stream of ['yard', 'street']) hub.state(state(stream))
  const { socket } = comes({ type: 'subscribe', kinds: ['tracks', 'line-crossed'] }, full)
  for (let frame = 1; frame <= 5; frame++) {
    hub.tracks('yard', tracks('yard', frame))
    hub.tracks('street', tracks('street', frame))
    happens({ n: frame })
  }
  socket.drain()
  deepStrictEqual(socket.events(), idsOf({ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }))
  const shown = socket.received.flatMap(message => (message.type === 'tracks' ? [[message.stream, message.frame]] : []))
  // The first was on its way already.
  deepStrictEqual(shown, [
    ['yard', 1],
    ['street', 5],
    ['yard', 5]
  ])
})

test('H6 events that are too many for a slow client are read again, and nothing else is kept for it', async t => {
  const { hub, comes, happens, passes } = scene(t, { queueBytes: 2000, ringBytes: 1500 })
  const { socket, client } = comes({ type: 'subscribe', kinds: ['line-crossed'] }, full)
  const fast = comes().socket
  const events = Array.from({ length: 300 }, (_, n) => ({ n: n + 1 }))
  for (const event of events) {
    happens(event)
    ok(client.queuedBytes < 3000, `${client.queuedBytes} bytes wait`)
  }
  deepStrictEqual(fast.events(), idsOf(...events))
  socket.drain()
  await passes(50)
  deepStrictEqual(socket.events(), idsOf(...events))
  strictEqual(hub.snapshot().behind, 0)
})

test('H7 who takes nothing for ten seconds is told why and closed', async t => {
  const { hub, comes, happens, passes } = scene(t)
  const slow = comes({ type: 'subscribe' }, full).socket
  const fast = comes().socket
  happens({ n: 1 })
  await passes(9900)
  strictEqual(slow.closedWith, undefined)
  await passes(1200)
  deepStrictEqual(slow.closedWith, { code: 4408, reason: 'Nothing was taken for 10 s.' })
  strictEqual(fast.closedWith, undefined)
  strictEqual(hub.snapshot().clients, 1)
})

test('H8 who comes back goes on behind the last event that it has', async t => {
  const { comes, happens, passes } = scene(t)
  happens({ n: 1 }, { n: 2 }, { n: 3 })
  const [after] = idsOf({ n: 1 })
  const { socket } = comes({ type: 'subscribe', after: { yard: after } })
  happens({ n: 4 })
  await passes(50)
  deepStrictEqual(socket.events(), idsOf({ n: 2 }, { n: 3 }, { n: 4 }))
})

test('H9 what is not in memory any more comes from the history, joined without gap or duplicate', async t => {
  const { comes, keeps, happens, passes } = scene(t, { ringBytes: 1200 })
  const before = Array.from({ length: 150 }, (_, n) => ({ n: n + 1 }))
  const since = Array.from({ length: 20 }, (_, n) => ({ n: n + 151 }))
  keeps(...before)
  happens(...since)
  const { socket } = comes({ type: 'subscribe', after: { yard: idsOf(before[0]!)[0] } })
  await passes(100)
  deepStrictEqual(socket.events(), idsOf(...before.slice(1), ...since))
})

test('H10 an event that the history and memory both lack is waited for a moment, then a gap is told', async t => {
  const { comes, happens, passes } = scene(t)
  happens({ n: 1 })
  const after = 'yard/1/line.door@5f0c2a91/track-1/line-crossed/99'
  const { socket } = comes({ type: 'subscribe', after: { yard: after }, kinds: ['line-crossed'] })
  await passes(2500)
  deepStrictEqual(socket.received, [])
  await passes(3000)
  happens({ n: 2 })
  deepStrictEqual(socket.received[0], { type: 'gap', stream: 'yard', after })
  deepStrictEqual(socket.events(), idsOf({ n: 2 }))
})

test('H11 while the history lags no gap is told: who waits for it goes on when it has come far enough', async t => {
  const { hub, history, comes, keeps, passes } = scene(t)
  history.lag = 60_000
  const { socket } = comes({ type: 'subscribe', after: { yard: idsOf({ n: 1 })[0] }, kinds: ['line-crossed'] })
  const { atMs, body } = crossing({ n: 3 })
  hub.event(liveEvent(atMs, body))
  await passes(20_000)
  deepStrictEqual(socket.received, [])
  keeps({ n: 1 }, { n: 2 }, { n: 3 })
  await passes(2000)
  deepStrictEqual(socket.events(), idsOf({ n: 2 }, { n: 3 }))
})

test('H12 a history that fails is asked again, and nobody else is affected', async t => {
  const { history, comes, keeps, happens, passes } = scene(t)
  keeps({ n: 1 }, { n: 2 })
  history.failing = true
  const { socket } = comes({ type: 'subscribe', after: { yard: idsOf({ n: 1 })[0] } })
  const live = comes().socket
  await passes(60_000)
  happens({ n: 3 })
  deepStrictEqual(live.events(), idsOf({ n: 3 }))
  history.failing = false
  await passes(2000)
  deepStrictEqual(socket.events(), idsOf({ n: 2 }, { n: 3 }))
})

test('H13 a thousand that come back to the same place are one question', async t => {
  const { history, comes, keeps, passes } = scene(t)
  keeps({ n: 1 }, { n: 2 })
  const request = { type: 'subscribe', after: { yard: idsOf({ n: 1 })[0] } }
  const sockets = Array.from({ length: 1000 }, () => comes(request).socket)
  await passes(50)
  ok(sockets.every(socket => socket.events().length === 1))
  // The event, and that there is no other.
  strictEqual(history.asked.length, 2)
})

test('H14 clocks go to those who view the session, also when they asked after it was told', t => {
  const { hub, comes } = scene(t)
  const clock = { type: 'clock', session: 'one', stream: 'yard', epoch: 1, rtpTimestamp: 90_000, ptsMs: 1000 } as const
  const before = comes({ type: 'view', sessions: ['one', 'two'] }).socket
  hub.clock(clock)
  const after = comes({ type: 'view', sessions: ['one'] })
  const other = comes({ type: 'view', sessions: ['three'] }).socket
  after.client.message(JSON.stringify({ type: 'view', sessions: [] }))
  hub.clock({ ...clock, ptsMs: 2000 })
  deepStrictEqual(
    [before, after.socket, other].map(socket => socket.received),
    [[clock, { ...clock, ptsMs: 2000 }], [clock], []]
  )
})

const name = 'a'.repeat(64)
const invalid = [
  'x',
  '',
  'null',
  '[]',
  '{}',
  '"subscribe"',
  '{"type":"subscribe","streams":["../x"]}',
  `{"type":"subscribe","streams":["${name}"]}`,
  '{"type":"subscribe","after":{"yard":7}}',
  '{"type":"subscribe","after":{"__proto__":"x"}}',
  '{"type":"subscribe","after":{"No Name":"x"}}',
  '{"type":"subscribe","extra":1}',
  '{"type":"view","sessions":[7]}',
  JSON.stringify({ type: 'subscribe', streams: Array.from({ length: 10_000 }, (_, at) => `s${at}`) }),
  '['.repeat(16_000)
]
for (const text of invalid) {
  test(`H15 a message that is none is answered with an error, and changes nothing: ${text.slice(0, 50)}`, t => {
    const refusals: string[] = []
    const { comes, happens } = scene(t, { onRefused: code => refusals.push(code) })
    const { socket, client } = comes()
    client.message(text)
    happens({ n: 1 })
    deepStrictEqual(socket.types(), ['error', 'event'])
    const [error] = socket.received
    strictEqual(error?.type === 'error' && error.code, 'SL_LIVE_REQUEST_INVALID')
    deepStrictEqual(refusals, ['SL_LIVE_REQUEST_INVALID'])
  })
}

test('H16 ten thousand subscriptions in a row are ended, and leave nothing behind', t => {
  const { hub, comes } = scene(t)
  const { socket, client } = comes({ type: 'subscribe' }, full)
  for (let at = 0; at < 10_000; at++) client.message(JSON.stringify({ type: 'subscribe', streams: [`s${at}`] }))
  strictEqual(socket.closedWith?.code, 4429)
  strictEqual(hub.snapshot().clients, 0)
})

test('H17 beyond the most clients nobody is let in', t => {
  const { hub } = scene(t, { mostClients: 1 })
  const [first, second] = [new ScriptedSocket(), new ScriptedSocket()]
  const client = hub.join(first)
  strictEqual(hub.join(second), undefined)
  strictEqual(second.closedWith?.code, 1013)
  client?.closed()
  ok(hub.join(new ScriptedSocket()))
})

test('H18 everybody is told when the server ends', t => {
  const { hub, comes } = scene(t)
  const { socket } = comes()
  hub[Symbol.dispose]()
  strictEqual(socket.closedWith?.code, 1001)
})

test('H19 a new subscription goes on where the old one was behind', async t => {
  const { comes, keeps, passes } = scene(t)
  keeps({ n: 1 }, { n: 2 }, { stream: 'street', n: 1 }, { stream: 'street', n: 2 })
  const after = { yard: idsOf({ n: 1 })[0], street: idsOf({ stream: 'street', n: 1 })[0] }
  const { socket, client } = comes({ type: 'subscribe', after })
  client.message(JSON.stringify({ type: 'subscribe', streams: ['yard'] }))
  await passes(50)
  deepStrictEqual(socket.events(), idsOf({ n: 2 }))
})

test('H20 of refusals a client that does not listen gets some, of gaps it gets all', async t => {
  const { comes, passes } = scene(t)
  const streams = Array.from({ length: 100 }, (_, at) => `stream-${at}`)
  const after = Object.fromEntries(streams.map(stream => [stream, `${stream}/1/tracker@1/track-1/track-started/1`]))
  const { socket, client } = comes({ type: 'subscribe', after, kinds: [] }, full)
  for (let at = 0; at < 100; at++) client.message('nonsense')
  socket.drain()
  await passes(9000)
  strictEqual(socket.types().filter(type => type === 'gap').length, 100)
  // One was on its way.
  strictEqual(socket.types().filter(type => type === 'error').length, 33)
})
