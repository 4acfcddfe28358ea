import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Bodies may take as long as they like, and only not stand still: files. */
    readonly longBody?: true
  }
}

export interface BodyTimes {
  /** Until all of a request is here. Default 30 s. Raise it for clients behind poor lines. */
  readonly wholeMs?: number
  /** How long a long body may stand still. Default 60 s. */
  readonly idleMs?: number
}

/**
 * Cuts off who sends a body so slowly that it could only be meant to keep connections open. In place of Node's own
 * `requestTimeout`, which knows no routes; headers have Node's own limit.
 */
export function limitBodyTimes(server: FastifyInstance, { wholeMs = 30_000, idleMs = 60_000 }: BodyTimes = {}): void {
  const limit = ({ raw, routeOptions }: FastifyRequest): void => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers
    if (raw.complete || (length === '0' && encoding === undefined)) return
    const cut = () => {
      if (!raw.complete) raw.destroy()
    }
    if (routeOptions.config.longBody) {
      raw.setTimeout(idleMs, cut)
      return
    }
    const timer = setTimeout(cut, wholeMs)
    raw.once('close', () => clearTimeout(timer))
  }
  server.addHook('onRequest', (request, _reply, done) => {
    limit(request)
    done()
  })
}
