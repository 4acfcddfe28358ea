import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { graphqlRoutes } from '../../src/api/graphql/graphql-routes.ts'
import { Identity } from '../../src/api/identity/identity.ts'
import { liveRoutes } from '../../src/api/live-routes.ts'
import { Refusals } from '../../src/api/refusals.ts'
import { viewRoutes } from '../../src/api/view-routes.ts'
import { type OfferedSessions, webrtcRoutes } from '../../src/api/webrtc-routes.ts'
import { Seal } from '../../src/core/seal.ts'
import { FrameDoor } from '../../src/live/socket/frame-door.ts'
import { LiveHub } from '../../src/live/socket/hub.ts'
import { LiveReader } from '../../src/live/socket/live-reader.ts'
import { StreamViews } from '../../src/live/views/stream-views.ts'
import { FragmentMuxer } from '../../src/media/fragments.ts'
import { accessStores } from '../../src/roles/access.ts'
import type { StoreDatabase } from '../../src/store/database.ts'
import { keepRecording } from '../../src/store/jobs-results.ts'
import { ScriptedHistory } from '../live/socket/scripted-history.ts'
import { crossing, startMs } from '../store/records.ts'
import { ScriptedFeeds } from '../support/scripted-feeds.ts'
import { RestHouse } from './rest/rest-house.ts'

export type Headers = Readonly<Record<string, string>>

/** WebRTC's sessions, without any WebRTC: what there is of them. */
class Sessions implements OfferedSessions {
  readonly open = new Map<string, string>()
  #count = 0

  async offer(stream: string) {
    const session = `${stream}-${++this.#count}`
    this.open.set(session, stream)
    return { session, answer: 'v=0', location: `/whep/${stream}/${session}`, tag: 't' }
  }

  patch(): void {}

  end(session: string): void {
    this.open.delete(session)
  }

  find(session: string) {
    const stream = this.open.get(session)
    return stream === undefined ? undefined : { stream, tag: 't' }
  }
}

export function identityOf(database: StoreDatabase): Identity {
  const stores = accessStores(database)
  return new Identity({ stores: () => stores, seal: new Seal(Buffer.alloc(32, 7)), demoStreams: () => new Set() })
}

/** Longer than what a client's side takes in without asking for it. */
const longBytes = 50_000_000

/** A server with every way to stay: what goes on after it was let in, however it goes on. Streams show what there is to show. */
export async function everywhere(t: { after: (then: () => unknown) => void }, streams: readonly string[]) {
  const hub = new LiveHub({ history: new ScriptedHistory() })
  t.after(() => hub[Symbol.dispose]())
  const feeds = new ScriptedFeeds()
  const wait = (signal: AbortSignal) => new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()))
  for (const stream of streams)
    feeds.set(stream, {
      // biome-ignore lint/correctness/useYield: it shows nothing, and goes on.
      async *units(signal) {
        await wait(signal)
      },
      async *pictures(_, signal) {
        for (let ptsMs = 0; !signal.aborted; ptsMs += 20) {
          yield { jpeg: Buffer.alloc(1000), epoch: 1, ptsMs, width: 16, height: 16 }
          await pause(20)
        }
      }
    })
  const frames = new FrameDoor({
    hub,
    pictures: { open: () => ({ push: () => undefined, [Symbol.dispose]: () => undefined }) }
  })
  const views = new StreamViews({ feeds, createMuxer: () => new FragmentMuxer() })
  const [whep, whip] = [new Sessions(), new Sessions()]
  const requests = new Map<string, Promise<unknown>>()
  const { atMs, body: event } = crossing()
  const page = { items: Array.from({ length: 1000 }, () => ({ atMs, event })), next: 'AAAA' }
  let identity!: Identity
  const house = await RestHouse.open(
    t,
    // A list without end.
    { events: { page: async () => page, byId: async () => undefined } },
    {
      callers(database) {
        identity = identityOf(database)
        return identity
      },
      async routes(server, sources) {
        server.addHook('onRequest', async ({ headers }, { raw }) => {
          requests.set(String(headers['x-way']), once(raw, 'close'))
        })
        const refusals = new Refusals()
        identity.routes(server)
        viewRoutes(server, { views, refusals })
        webrtcRoutes(server, { whep, whip, refusals })
        liveRoutes(server, { hub, frames })
        await graphqlRoutes(server, { sources, read: given => new LiveReader(hub, given) })
        const config = { access: { area: 'recordings', need: 'view', stream: 'each' } } as const
        server.get('/:stream/look', { config }, async () => 'seen')
        server.get('/:stream/download', { config }, async (_, reply) => reply.send(Buffer.alloc(longBytes)))
      }
    }
  )
  const video = { kind: 'upload', owner: 'recordings', name: 'video.mp4' } as const
  const { digest } = await house.assets.keep(Buffer.alloc(longBytes), video, { contentType: 'video/mp4' })
  for (const stream of streams)
    await keepRecording(house.database, {
      ...{ id: stream, stream, title: stream, asset: digest, epoch: 1, facts: '{}' },
      ...{ started_ms: startMs, duration_ms: 1000, created_ms: startMs }
    })
  return { house, hub, identity, sessions: { whep, whip }, requests }
}
export type Everywhere = Awaited<ReturnType<typeof everywhere>>

/** Somebody who is there, until they are not. */
export interface Stay {
  readonly ended: Promise<unknown>
}

let ways = 0

async function connected(url: string, headers: Headers, protocol?: string): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'), protocol === undefined ? [] : [protocol], { headers })
  socket.on('error', () => undefined)
  await once(socket, 'open')
  return socket
}

/** Asks for something that goes on; over once the server's side of it is. Takes some of it, and then no more. */
async function answered({ house, requests }: Everywhere, path: string, headers: Headers): Promise<Stay> {
  const way = String(++ways)
  const asking = request(`${house.url}${path}`, { headers: { ...headers, 'x-way': way } })
  asking.on('error', () => undefined).end()
  const [answer] = await once(asking, 'response')
  if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode}`)
  answer.on('error', () => undefined)
  await once(answer, 'readable')
  return { ended: requests.get(way)!.then(() => asking.destroy()) }
}

async function offered({ house, sessions }: Everywhere, door: 'whep' | 'whip', stream: string, headers: Headers) {
  const sent = { method: 'POST', headers: { ...headers, 'content-type': 'application/sdp' }, body: 'v=0' }
  const answer = await fetch(`${house.url}/${door}/${stream}`, sent)
  const session = answer.headers.get('location')?.split('/').at(-1) ?? ''
  if (answer.status !== 201) throw new Error(`/${door}/${stream}: ${answer.status}`)
  const ended = (async () => {
    while (sessions[door].open.has(session)) await pause(20, undefined, { ref: false })
  })()
  return { ended }
}

/** Every way to stay, and how it begins. */
export const waysToStay = {
  'motion JPEG': (at: Everywhere, stream: string, headers: Headers) =>
    answered(at, `/api/v1/streams/${stream}/mjpeg`, headers),
  download: (at: Everywhere, stream: string, headers: Headers) => answered(at, `/${stream}/download`, headers),
  'found download': (at: Everywhere, stream: string, headers: Headers) =>
    answered(at, `/api/v1/recordings/${stream}/video`, headers),
  export: (at: Everywhere, _: string, headers: Headers) => answered(at, '/api/v1/events?format=ndjson', headers),
  async fragments({ house }: Everywhere, stream: string, headers: Headers): Promise<Stay> {
    return { ended: once(await connected(`${house.url}/api/v1/streams/${stream}/video`, headers), 'close') }
  },
  async 'live socket'({ house }: Everywhere, _: string, headers: Headers): Promise<Stay> {
    return { ended: once(await connected(`${house.url}/api/v1/live`, headers), 'close') }
  },
  async 'frames in'({ house }: Everywhere, stream: string, headers: Headers): Promise<Stay> {
    const socket = await connected(`${house.url}/ws?stream=${stream}`, headers)
    return { ended: once(socket, 'close') }
  },
  async subscription({ house }: Everywhere, stream: string, headers: Headers): Promise<Stay> {
    const socket = await connected(`${house.url}/graphql`, headers, 'graphql-transport-ws')
    const told = (type: string) =>
      new Promise<void>(resolve => {
        socket.on('close', () => resolve())
        socket.on('message', data => JSON.parse(String(data)).type === type && resolve())
      })
    const acknowledged = told('connection_ack')
    socket.send('{"type":"connection_init"}')
    await acknowledged
    const query = 'subscription ($stream: String!) { tracks(stream: $stream) { frame } }'
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query, variables: { stream } } }))
    return { ended: told('error') }
  },
  whep: (at: Everywhere, stream: string, headers: Headers) => offered(at, 'whep', stream, headers),
  whip: (at: Everywhere, stream: string, headers: Headers) => offered(at, 'whip', stream, headers)
} as const
export type Way = keyof typeof waysToStay
