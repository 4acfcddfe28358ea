import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import type { GuardedRule } from '../access/access-rule.ts'
import type { LiveSocket } from '../live/socket/live-socket.ts'
import type { ViewerSocket } from '../live/views/fragment-socket.ts'
import { notPermitted, type Visitor } from './upgrades.ts'

/** What a connection is given to. */
export interface Conversation {
  /** Undefined for who is only listened to: what they say is left out. */
  message?(data: Buffer, isBinary: boolean): void
  /** Nothing comes any more, and nothing can be sent. */
  closed(): void
}

export interface WebSocketRoute {
  readonly path: string | RegExp
  readonly rule: GuardedRule
  /** Bytes of one message. */
  readonly maxBytes: number
  /** Pieces that one message may come in. */
  readonly maxFragments: number
  /**
   * Who answers no ping until the next one is gone. Default 25 s: routers forget connections that are silent for a minute or
   * more. Answers wait behind what a slow client has yet to take: raise it where that may be long.
   */
  readonly pingMs?: number
  /** Undefined where the connection was refused, and told so. */
  readonly open: (
    socket: LiveSocket & ViewerSocket,
    request: IncomingMessage,
    visitor: Visitor
  ) => Conversation | undefined
}

/** How connections ended, for /metrics. */
export interface WebSocketCounts {
  /** Messages that were too large, in too many pieces, or against the protocol: each ended its connection. */
  broken: number
}

const usualPingMs = 25_000
/** How long a client has for its own goodbye. */
const closeMs = 2000
const nothing = Buffer.alloc(0)

/** Answers WebSockets (RFC 6455) at `path`. Messages are not compressed: one frame serves all. */
export function webSocketRoute(
  server: FastifyInstance,
  route: WebSocketRoute,
  counts: WebSocketCounts = { broken: 0 }
): WebSocketCounts {
  const live = new Map<WebSocket, { isAnswering: boolean }>()
  const acceptor = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: route.maxBytes,
    maxFragments: route.maxFragments,
    closeTimeout: closeMs
  } as ConstructorParameters<typeof WebSocketServer>[0])
  const pings = setInterval(() => ping(live), route.pingMs ?? usualPingMs)
  pings.unref()
  server.addHook('onClose', async () => clearInterval(pings))
  server.onUpgrade(
    route.path,
    (request, raw, head, visitor) =>
      acceptor.handleUpgrade(request, raw, head, webSocket => {
        const socket = new Connection(webSocket, raw)
        webSocket.on('error', () => counts.broken++)
        const conversation = route.open(socket, request, visitor)
        if (!conversation) return
        let isOver = false
        const over = () => {
          if (!isOver) conversation.closed()
          isOver = true
        }
        visitor.signal.addEventListener('abort', () => {
          over() // Before: what went right to the wire would come behind our goodbye, which no client takes.
          webSocket.close(notPermitted.code, notPermitted.reason)
        })
        const life = { isAnswering: true }
        live.set(webSocket, life)
        webSocket.on('pong', () => (life.isAnswering = true))
        webSocket.on('message', (data, isBinary) => {
          life.isAnswering = true
          if (!isOver) conversation.message?.(data as Buffer, isBinary)
        })
        webSocket.on('close', () => {
          live.delete(webSocket)
          over()
        })
      }),
    route.rule
  )
  return counts
}

function ping(live: ReadonlyMap<WebSocket, { isAnswering: boolean }>): void {
  for (const [webSocket, life] of live) {
    if (!life.isAnswering) webSocket.terminate()
    else if (webSocket.readyState === webSocket.OPEN) {
      life.isAnswering = false
      webSocket.ping()
    }
  }
}

/** What all get is framed once and goes right to `wire`; what one alone gets `ws` frames, as it reads, answers pings and closes. */
class Connection implements LiveSocket, ViewerSocket {
  readonly wire: Duplex
  readonly #webSocket: WebSocket

  constructor(webSocket: WebSocket, wire: Duplex) {
    this.wire = wire
    this.#webSocket = webSocket
  }

  /** What is written is taken in its order: when nothing is behind it, all is. */
  whenTaken(then: () => void): void {
    this.wire.write(nothing, error => {
      if (!error) then()
    })
  }

  send(data: string | Buffer): void {
    this.#webSocket.send(data, () => undefined)
  }

  get bufferedAmount(): number {
    return this.#webSocket.bufferedAmount
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason)
  }
}
