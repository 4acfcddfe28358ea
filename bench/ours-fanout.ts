// Usage: ours-fanout.ts CLIENTS STALLED ROUNDS TEXT. One event through the hub to everybody who wants it, then the same
// while some more clients read nothing.
import { setImmediate } from 'node:timers/promises'
import { liveRoutes } from '../src/api/live-routes.ts'
import { startServer } from '../src/api/server.ts'
import type { Event } from '../src/contract/event.ts'
import { FrameDoor } from '../src/live/socket/frame-door.ts'
import { LiveHub } from '../src/live/socket/hub.ts'
import { liveEvent } from '../src/live/socket/live-event.ts'
import { textFrame } from '../src/live/socket/text-frame.ts'
import { Crowd, secondsEach } from './fanout-crowd.ts'

const [clients = '', stalled = '', rounds = '', text = ''] = process.argv.slice(2)
const { atMs, event } = JSON.parse(text) as { atMs: number; event: Event }

/** Five of six want the event, each by other filters; the sixth does not, and comes on top. */
const subscriptions = [
  { streams: ['yard'], kinds: ['line-crossed'] },
  { kinds: ['line-crossed', 'zone-entered'] },
  { streams: ['yard', 'street'], kinds: ['line-crossed', 'tracks'] },
  { kinds: ['line-crossed', 'state'] },
  { streams: ['yard'] },
  { streams: ['yard', 'street'], kinds: ['zone-left', 'tracks'] }
].map(request => JSON.stringify({ type: 'subscribe', ...request }))

const hub = new LiveHub({ history: { after: async () => [] }, stallMs: 1e9, mostClients: 1e6 })
await using server = await startServer({
  host: '127.0.0.1',
  port: 0,
  health: { problems: () => [] },
  routes: routes => {
    const pictures = { open: () => Promise.reject(new Error('Nobody sends.')) as never }
    liveRoutes(routes, { hub, frames: new FrameDoor({ hub, pictures }), states: () => [] })
  }
})
const port = Number(new URL(server.url).port)
const wanting = Number(clients)
await using crowd = new Crowd()
await crowd.open(port, '/api/v1/live', (wanting * 6) / 5, subscriptions)
let [n, bytes] = [0, 0]
const next = () => ({ ...event, id: `${event.id.slice(0, -6)}${String(++n).padStart(6, '0')}` })
const frameBytes = textFrame(text).length
const send = () => void hub.event(liveEvent(atMs, next()))
const taken = () => crowd.has((bytes += wanting * frameBytes))
const seconds = await secondsEach(Number(rounds), send, taken)

// Kernels keep megabytes for a connection: until all of it is full, nobody stands still.
await using idlers = new Crowd()
const idling = { type: 'subscribe', streams: ['yard', 'hall'], kinds: ['line-crossed', 'tracks'] }
await idlers.open(port, '/api/v1/live', Number(stalled), [JSON.stringify(idling)])
await idlers.stall(Number(stalled))
while (hub.snapshot().slow < Number(stalled)) {
  hub.tracks('hall', Buffer.alloc(16_384, ' '))
  await setImmediate()
}
let queuedBytes = 0
for (let waiting = 0; waiting < 200; waiting++) {
  hub.event(liveEvent(atMs, { ...next(), stream: 'hall' }))
  queuedBytes = Math.max(queuedBytes, hub.snapshot().mostQueuedBytes)
}
const stalledSeconds = await secondsEach(Number(rounds), send, taken)
process.stdout.write(`${JSON.stringify({ seconds, stalledSeconds, queuedBytes })}\n`)
hub[Symbol.dispose]()
