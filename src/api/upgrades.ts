import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'

/** Takes over a connection that asks to become something else (a WebSocket): answers it, or destroys it. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Why somebody may not come in, as an HTTP status; undefined when nothing speaks against it. */
export type Doorkeeper = (request: IncomingMessage) => number | undefined

declare module 'fastify' {
  interface FastifyInstance {
    /** Hands upgrades of exactly this path (without query), or of those that match, to `handler`, once they have passed what every request has to. */
    onUpgrade(path: string | RegExp, handler: UpgradeHandler): void
  }
}

/**
 * The one listener for upgrades of a server: nothing reaches a handler that `doorkeeper` does not let in, and what has
 * been upgraded ends with the server, which by itself would wait for it.
 */
export function acceptUpgrades(server: FastifyInstance, doorkeeper: Doorkeeper): void {
  const handlers = new Map<string | RegExp, UpgradeHandler>()
  const open = new Set<Duplex>()
  server.decorate('onUpgrade', (path: string | RegExp, handler: UpgradeHandler) => void handlers.set(path, handler))
  server.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy()) // Gone in the middle of it: nobody to tell.
    const [path = ''] = (request.url ?? '').split('?', 1)
    const handler = handlers.get(path) ?? [...handlers].find(([at]) => at instanceof RegExp && at.test(path))?.[1]
    const refusal = doorkeeper(request) ?? (handler ? undefined : 404)
    if (refusal !== undefined || !handler) return refuse(socket, refusal ?? 404)
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    handler(request, socket, head)
  })
  server.addHook('preClose', async () => {
    for (const socket of open) socket.destroy()
  })
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}
