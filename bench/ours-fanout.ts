// Forked: ours-fanout.ts CLIENTS STALLED TEXT. One event through the hub to everybody who wants it, while so many more clients
// read nothing.
import { setImmediate } from 'node:timers/promises'
import { liveRoutes } from '../src/api/live-routes.ts'
import { startServer } from '../src/api/server.ts'
import type { Event } from '../src/contract/event.ts'
import { FrameDoor } from '../src/live/socket/frame-door.ts'
import { LiveHub } from '../src/live/socket/hub.ts'
import { liveEvent } from '../src/live/socket/live-event.ts'
import { textFrame } from '../src/live/socket/text-frame.ts'
import { letIn } from '../test/support/let-in.ts'
import { Crowd } from './fanout-crowd.ts'
import { answerSide } from './fanout-side.ts'

const [clients = '', stalled = '', text = ''] = process.argv.slice(2)
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
  callers: letIn(),
  host: '127.0.0.1',
  port: 0,
  health: { problems: () => [] },
  routes: routes => {
    const pictures = { open: () => Promise.reject(new Error('Nobody sends.')) as never }
    liveRoutes(routes, { hub, frames: new FrameDoor({ hub, pictures }) })
  }
})
const port = Number(new URL(server.url).port)
const wanting = Number(clients)
await using crowd = new Crowd()
await crowd.open(port, '/api/v1/live', (wanting * 6) / 5, subscriptions)
let n = 0
const next = () => ({ ...event, id: `${event.id.slice(0, -6)}${String(++n).padStart(6, '0')}` })
const bytes = wanting * textFrame(text).length

await using idlers = new Crowd()
const queuedBytes = Number(stalled) > 0 ? await standStill(Number(stalled)) : 0
const send = () => void hub.event(liveEvent(atMs, next()))
await answerSide({ queuedBytes }, send, () => crowd.takes(bytes))
hub[Symbol.dispose]()

/** Kernels keep megabytes for a connection: until all of it is full, nobody stands still. Gives the most that waits for one. */
async function standStill(count: number): Promise<number> {
  const idling = { type: 'subscribe', streams: ['yard', 'hall'], kinds: ['line-crossed', 'tracks'] }
  await idlers.open(port, '/api/v1/live', count, [JSON.stringify(idling)])
  await idlers.stall(count)
  while (hub.snapshot().slow < count) {
    hub.tracks('hall', Buffer.alloc(16_384, ' '))
    await setImmediate()
  }
  let most = 0
  for (let waiting = 0; waiting < 200; waiting++) {
    hub.event(liveEvent(atMs, { ...next(), stream: 'hall' }))
    most = Math.max(most, hub.snapshot().mostQueuedBytes)
  }
  return most
}
