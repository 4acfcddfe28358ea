import { deepStrictEqual, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { LiveMessage, type StateMessage } from '../../../src/contract/live.ts'
import { LiveHub } from '../../../src/live/socket/hub.ts'
import type { LiveClient, StreamsReached } from '../../../src/live/socket/live-client.ts'
import { liveEvent } from '../../../src/live/socket/live-event.ts'
import { crossing } from '../../store/records.ts'
import { ScriptedHistory } from './scripted-history.ts'
import { ScriptedSocket } from './scripted-socket.ts'

// Every kind of message that there is, told of a stream that may be had and of one that may not.

const state = (stream: string): StateMessage => ({ type: 'state', stream, title: stream, state: 'up', sinceMs: 1 })
const sessionOf = (stream: string) => `session-of-${stream}`

/** How each kind comes to be told of a stream; undefined for what is of none. A kind that is missing here is a wrong type. */
const tellings: Readonly<Record<LiveMessage['type'], ((hub: LiveHub, stream: string) => void) | undefined>> = {
  state: (hub, stream) => hub.state(state(stream)),
  tracks: (hub, stream) => hub.tracks(stream, JSON.stringify({ type: 'tracks', stream })),
  event(hub, stream) {
    const { atMs, body } = crossing({ stream })
    hub.event(liveEvent(atMs, body))
  },
  clock: (hub, stream) =>
    hub.clock({ type: 'clock', session: sessionOf(stream), stream, epoch: 1, rtpTimestamp: 1, ptsMs: 1 }),
  // What comes of `after`, whatever is told.
  gap: () => undefined,
  // To who said something that makes no sense, of that.
  error: undefined
}
const streams = ['street', 'yard']
const subscriptions = [{ type: 'subscribe' }, { type: 'subscribe', streams }] as const

function scene(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const clock = { ms: 0 }
  const hub = new LiveHub({ history: new ScriptedHistory(), now: () => clock.ms })
  t.after(() => hub[Symbol.dispose]())
  for (const stream of streams) hub.state(state(stream))
  return {
    hub,
    join(reach: StreamsReached): { readonly client: LiveClient; readonly socket: ScriptedSocket } {
      const socket = new ScriptedSocket()
      return { socket, client: hub.join(socket, reach)! }
    },
    /** Long enough for what is looked for in vain to be given up. */
    async later() {
      for (let step = 0; step < 40; step++) {
        clock.ms += 250
        t.mock.timers.tick(250)
        await setImmediate()
      }
    }
  }
}

const streamOf = (message: LiveMessage) =>
  'event' in message ? message.event.stream : (message as StateMessage).stream
const told = ({ received }: ScriptedSocket, type: string) => [
  ...new Set(received.filter(message => message.type === type).map(streamOf))
]

test('LR1 every kind of message is gone through here', () => {
  const kinds = LiveMessage.anyOf.map(({ properties }) => properties.type.const)
  deepStrictEqual(kinds.sort(), Object.keys(tellings).sort())
})

const reaches: readonly (readonly [string, StreamsReached, readonly string[]])[] = [
  ['nothing', new Set<string>(), []],
  ['the yard', new Set(['yard']), ['yard']],
  ['everything', 'all', streams]
]
for (const [kind, tell] of Object.entries(tellings))
  for (const [whose, reach, theirs] of tell ? reaches : [])
    for (const subscription of subscriptions)
      test(`LR2 ${kind} is told of ${whose} to who may have ${whose}, ${'streams' in subscription ? 'naming streams' : 'naming none'}`, async t => {
        const { hub, join, later } = scene(t)
        const { client, socket } = join(reach)
        const after = Object.fromEntries(streams.map(stream => [stream, crossing({ stream, n: 99 }).id]))
        client.message(JSON.stringify({ type: 'view', sessions: streams.map(sessionOf) }))
        client.message(JSON.stringify({ ...subscription, ...(kind === 'gap' && { after }) }))
        for (const stream of streams) tell!(hub, stream)
        await later()
        deepStrictEqual(told(socket, kind).sort(), theirs)
        const strangers = socket.received.map(streamOf).filter(stream => !theirs.includes(stream))
        deepStrictEqual(strangers, [])
      })

test('LR3 who is slow is told nothing more of a stream that was taken from them meanwhile, also of what was due', t => {
  const { hub, join } = scene(t)
  const { client, socket } = join(new Set(streams))
  client.message(JSON.stringify({ type: 'view', sessions: streams.map(sessionOf) }))
  client.message(JSON.stringify({ type: 'subscribe' }))
  socket.room = 0
  const telling = () => {
    for (const tell of Object.values(tellings)) for (const stream of streams) tell?.(hub, stream)
  }
  // The first of it is on its way; everything else waits.
  telling()
  client.limit(new Set(['yard']))
  telling()
  const before = socket.received.length
  socket.drain()
  const later = socket.received.slice(before)
  ok(later.length > 3)
  deepStrictEqual(
    later.filter(message => streamOf(message) === 'street').map(({ type }) => type),
    ['state']
  )
})

test('LR4 what is granted while somebody is here is told from then on, clocks too', t => {
  const { hub, join } = scene(t)
  const { client, socket } = join(new Set<string>())
  client.message(JSON.stringify({ type: 'view', sessions: streams.map(sessionOf) }))
  client.message(JSON.stringify({ type: 'subscribe' }))
  client.limit(new Set(['yard']))
  for (const tell of Object.values(tellings)) for (const stream of streams) tell?.(hub, stream)
  deepStrictEqual([...new Set(socket.types())].sort(), ['clock', 'event', 'state', 'tracks'])
  deepStrictEqual([...new Set(socket.received.map(streamOf))], ['yard'])
})
