import type { IncomingMessage } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { CorsOrigin } from '../config/cors-settings.ts'

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
/** What pages may send, with what resumable uploads (tus) need. */
const sent =
  'authorization, content-type, range, last-event-id, idempotency-key, if-match, if-none-match, tus-resumable, upload-length, upload-offset, upload-metadata, upload-defer-length'
/** What pages may read, beside what they always may. */
const told =
  'etag, location, link, retry-after, ratelimit, ratelimit-policy, x-request-id, accept-ranges, content-range, content-disposition, www-authenticate, tus-resumable, upload-offset, upload-length, upload-expires'
/** How long a browser need not ask again what it may send. */
const preflightSeconds = 600

/** Pages that are hosted elsewhere and may ask here all the same. Of all others, nothing is let in. */
export class ForeignOrigins {
  /** Whether cookies come along, by origin. */
  #withCookies: ReadonlyMap<string, boolean> = new Map()

  constructor(origins: readonly CorsOrigin[] = []) {
    this.follow(origins)
  }

  /** These, and no others, from now on. */
  follow(origins: readonly CorsOrigin[]): void {
    this.#withCookies = new Map(
      origins.map(each => (typeof each === 'string' ? [each, false] : [each.origin, each.credentials ?? false]))
    )
  }

  isLetIn({ headers }: IncomingMessage): boolean {
    return headers.origin !== undefined && this.#withCookies.has(headers.origin)
  }

  /** Cookies of a page that may not bring any count for nothing: it would act as whoever looks at it. */
  dropCookies({ headers }: IncomingMessage): void {
    if (this.#withCookies.get(headers.origin ?? '') === false) delete headers.cookie
  }

  /** Lets the page read the answer (Fetch standard, CORS protocol). */
  allow({ headers }: IncomingMessage, reply: FastifyReply): void {
    if (this.#withCookies.size === 0) return
    reply.header('vary', 'origin')
    const isWithCookies = this.#withCookies.get(headers.origin ?? '')
    if (headers.origin === undefined || isWithCookies === undefined) return
    reply.headers({ 'access-control-allow-origin': headers.origin, 'access-control-expose-headers': told })
    if (isWithCookies) reply.header('access-control-allow-credentials', 'true')
  }

  /** A browser that asks whether its page may ask. */
  isPreflight(request: IncomingMessage): boolean {
    const isAsking = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
    return isAsking && this.isLetIn(request)
  }

  answerPreflight(reply: FastifyReply): FastifyReply {
    return reply
      .headers({
        'access-control-allow-methods': methods,
        'access-control-allow-headers': sent,
        'access-control-max-age': preflightSeconds
      })
      .code(204)
      .send()
  }
}
