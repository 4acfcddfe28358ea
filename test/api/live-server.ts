import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { WebSocket } from 'ws'
import type { Callers } from '../../src/api/callers.ts'
import { liveRoutes } from '../../src/api/live-routes.ts'
import { startServer } from '../../src/api/server.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { FrameDoor, type FrameDoorOptions } from '../../src/live/socket/frame-door.ts'
import { LiveHub, type LiveHubOptions } from '../../src/live/socket/hub.ts'
import type { Publisher, PushedPictures, PushedSession } from '../../src/live/stream-feed.ts'
import { ScriptedHistory } from '../live/socket/scripted-history.ts'
import { inTime } from '../support/in-time.ts'
import { letIn } from '../support/let-in.ts'

type Pushed = Parameters<PushedSession['push']>[0]

/** Takes pictures for the stream `yard` alone. */
export class ScriptedPictures implements PushedPictures {
  readonly units: Pushed[] = []
  publisher: Publisher | undefined

  open(stream: string, publisher: Publisher): PushedSession {
    if (stream !== 'yard') throw new SightlineError('SL_STREAM_UNKNOWN', `There is no stream ${stream}.`)
    if (this.publisher) throw new SightlineError('SL_PUSH_TAKEN', 'Somebody else is sending.')
    this.publisher = publisher
    return {
      push: unit => void this.units.push(unit),
      [Symbol.dispose]: () => {
        this.publisher = undefined
      }
    }
  }
}

/** A server with a live socket, until the test is over. */
export async function liveServer(
  t: TestContext,
  options: {
    readonly callers?: Callers
    readonly hub?: Partial<LiveHubOptions>
    readonly frames?: Partial<FrameDoorOptions>
  } = {}
) {
  const history = new ScriptedHistory()
  const hub = new LiveHub({ history, ...options.hub })
  const pictures = new ScriptedPictures()
  const frames = new FrameDoor({ hub, pictures, ...options.frames })
  let counts!: ReturnType<typeof liveRoutes>
  const server = await startServer({
    callers: options.callers ?? letIn(),
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    routes: routes => {
      counts = liveRoutes(routes, { hub, frames })
    }
  })
  t.after(async () => {
    hub[Symbol.dispose]()
    await server[Symbol.asyncDispose]()
  })
  return { url: server.url, hub, history, pictures, frames, counts: () => counts }
}

/** What a client hears, in order. */
export class Listener {
  readonly socket: WebSocket
  readonly heard: Readonly<Record<string, unknown>>[] = []
  closed: { readonly code: number; readonly reason: string } | undefined

  constructor(url: string, path: string, headers: Readonly<Record<string, string>> = {}) {
    this.socket = new WebSocket(url.replace('http', 'ws') + path, { headers })
    this.socket.on('message', data => this.heard.push(JSON.parse(String(data))))
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) }
    })
    this.socket.on('error', () => {})
  }

  static async open(url: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Listener> {
    const listener = new Listener(url, path, headers)
    await once(listener.socket, 'open')
    return listener
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message))
  }

  /** Resolves once it has heard as much. */
  async hears(count: number): Promise<void> {
    const untilThen = async () => {
      while (this.heard.length < count) await once(this.socket, 'message')
    }
    await inTime(`${count} messages came`, untilThen(), 120_000)
  }

  async isClosed(): Promise<void> {
    if (!this.closed) await once(this.socket, 'close')
  }
}

/** A connection that speaks the protocol's bytes itself, and reads only what it is told to. */
export async function rawSocket(
  url: string,
  path: string,
  more: Readonly<Record<string, string>> = {}
): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  const key = 'dGhlIHNhbXBsZSBub25jZQ=='
  const ask = { host: `${hostname}:${port}`, connection: 'upgrade', upgrade: 'websocket' }
  const headers = { ...ask, 'sec-websocket-version': '13', 'sec-websocket-key': key, ...more }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  await once(socket, 'data')
  return socket
}

/** A client's frame, masked with zeros. `length` may say more than there is. */
export function clientFrame(opcode: number, payload: Buffer, { final = true, length = payload.length } = {}): Buffer {
  const header = Buffer.alloc(14)
  header[0] = (final ? 0x80 : 0) | opcode
  header[1] = 0x80 | 127
  header.writeBigUInt64BE(BigInt(length), 2)
  if (length < 126) {
    header[1] = 0x80 | length
    return Buffer.concat([header.subarray(0, 2), Buffer.alloc(4), payload])
  }
  if (length < 65_536) {
    header[1] = 0x80 | 126
    header.writeUInt16BE(length, 2)
    return Buffer.concat([header.subarray(0, 4), Buffer.alloc(4), payload])
  }
  return Buffer.concat([header, payload])
}
