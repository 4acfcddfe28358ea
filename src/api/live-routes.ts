import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { GuardedRule } from '../access/access-rule.ts'
import { SightlineError } from '../core/errors.ts'
import type { FrameDoor } from '../live/socket/frame-door.ts'
import type { LiveHub } from '../live/socket/hub.ts'
import { addressOf } from './request-origin.ts'
import { requireReach } from './route-access.ts'
import { type WebSocketCounts, webSocketRoute } from './web-sockets.ts'

export interface LiveRoutes {
  readonly hub: LiveHub
  readonly frames: FrameDoor
}

/** A picture as somebody may send it. */
const mostFrameBytes = 8 * 1024 * 1024
const mostRequestBytes = 16 * 1024

const listening: GuardedRule = { area: 'live', need: 'view', stream: 'none' }
const sending: GuardedRule = { area: 'live', need: 'operate', stream: 'found' }

/**
 * `/api/v1/live`: what happens, as it happens. `/ws`: frames in, results out.
 * docs/spec/live-socket.md.
 */
export function liveRoutes(
  server: FastifyInstance,
  { hub, frames }: LiveRoutes
): { readonly live: WebSocketCounts; readonly frames: WebSocketCounts } {
  return {
    live: webSocketRoute(server, {
      path: '/api/v1/live',
      rule: listening,
      maxBytes: mostRequestBytes,
      maxFragments: 64,
      open(socket, _request, visitor) {
        const client = hub.join(socket, visitor.principal.viewing)
        if (!client) return undefined
        visitor.onLookedUp(({ viewing }) => client.limit(viewing))
        return {
          // Bytes are no message here, as an empty text is none.
          message: (data, isBinary) => client.message(isBinary ? '' : data.toString()),
          closed: () => client.closed()
        }
      }
    }),
    frames: webSocketRoute(server, {
      path: '/ws',
      rule: sending,
      maxBytes: mostFrameBytes,
      maxFragments: 1024,
      open(socket, request, visitor) {
        const sender = frames.open(socket, {
          description: `frames from ${addressOf(request) || 'somebody who is gone'}`,
          stream: streamOf(request),
          require: stream => requireReach(visitor.principal, 'operate', stream, () => unknown(stream))
        })
        visitor.onLookedUp(() => sender?.review())
        return sender
      }
    })
  }
}

function streamOf({ url = '' }: IncomingMessage): string | undefined {
  return new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('stream') ?? undefined
}

function unknown(stream: string): SightlineError {
  return new SightlineError('SL_STREAM_UNKNOWN', `There is no stream ${stream}.`)
}
