import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ErrorCode } from '../core/errors.ts'
import { ForeignOrigins } from './foreign-origins.ts'
import { sendProblem } from './problem.ts'
import { arrived, encryptedAddress, isByDefaultHttps, isFromElsewhere, isReadableOnTheWay } from './request-origin.ts'
import { ruleNow } from './route-access.ts'
import { TrustedProxies } from './trusted-proxies.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered without encryption too, where there is some: says nothing that may not be read along, and takes no secrets. */
    readonly plain?: true
  }
}

export interface DoorOptions {
  /** The port where the same is answered encrypted, once it is: others than this machine are sent there. */
  readonly encryptedPort?: () => number | undefined
  readonly proxies?: TrustedProxies
  /** Pages of other sites that may ask. */
  readonly origins?: ForeignOrigins
}

/** Why a request goes no further, whoever sent it. */
export interface Refusal {
  readonly status: 308 | 403 | 431
  readonly code: ErrorCode
  readonly detail: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a request is for, before anybody asks who sends it. */
export interface Asked {
  readonly isOpen: boolean
  readonly isPlain: boolean
}

/**
 * Stands before every route, every file and every WebSocket: what another site's page asks for goes no further, nor does
 * what others can read along.
 */
export class Door {
  readonly #encryptedPort: () => number | undefined
  readonly #proxies: TrustedProxies
  readonly #origins: ForeignOrigins

  constructor({
    encryptedPort = () => undefined,
    proxies = new TrustedProxies(),
    origins = new ForeignOrigins()
  }: DoorOptions = {}) {
    this.#encryptedPort = encryptedPort
    this.#proxies = proxies
    this.#origins = origins
  }

  /** Undefined when `request` may go on. To be asked once, before anything else of it is looked at. */
  refusal(
    request: IncomingMessage,
    { isOpen, isPlain }: Asked = { isOpen: false, isPlain: false }
  ): Refusal | undefined {
    arrived(request, this.#proxies)
    if (request.rawHeaders.length > 2 * mostHeaders)
      return refuse(431, 'SL_REQUEST_INVALID', `A request has no more than ${mostHeaders} headers here.`)
    this.#origins.dropCookies(request)
    const isSafe = (request.method === 'GET' || request.method === 'HEAD') && request.headers.upgrade === undefined
    if (!(isOpen && isSafe) && !this.#origins.isLetIn(request) && isFromElsewhere(request))
      return refuse(403, 'SL_ORIGIN_REFUSED', 'A page of another site asked for this.')
    const port = this.#encryptedPort()
    if (port === undefined || isPlain || !isReadableOnTheWay(request)) return undefined
    const detail = 'This server answers other machines over HTTPS alone, where nobody can read along.'
    const address = encryptedAddress(request, port)
    if (address === undefined) return refuse(403, 'SL_ENCRYPTION_REQUIRED', detail)
    return refuse(308, 'SL_ENCRYPTION_REQUIRED', detail, { location: address })
  }

  /** Stands before every route of `server`, also before those that there are none of. */
  guard(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      reply.headers(forEveryAnswer)
      this.#origins.allow(request.raw, reply)
      const { plain } = request.routeOptions.config
      const access = ruleNow(request.routeOptions.config)
      const refused = this.refusal(request.raw, {
        isOpen: access !== undefined && 'open' in access,
        isPlain: plain === true
      })
      if (isByDefaultHttps(request.raw)) reply.header('strict-transport-security', 'max-age=31536000')
      if (refused) sendProblem(reply.headers(refused.headers), refused.status, refused.code, refused.detail)
      else if (this.#origins.isPreflight(request.raw)) this.#origins.answerPreflight(reply)
      else done()
    })
  }
}

/** Node leaves out what is beyond its own number, without a word: a proxy’s, too. So it counts none, and we do. */
const mostHeaders = 100

/** Other sites may neither show what is here nor read it, and learn no addresses; browsers take types for what they are. */
const forEveryAnswer = {
  // Pages have their own; of everything else, a browser that takes it for a page gets nothing to run.
  'content-security-policy': "default-src 'none'; frame-ancestors 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'x-permitted-cross-domain-policies': 'none',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff'
}

/** For what Fastify answers before anything of ours is asked: addresses in which something is encoded that is no text. */
export function refuseUnreadable(_error: unknown, _request: unknown, reply: FastifyReply): void {
  void sendProblem(
    // Nothing that limits times has heard of it.
    reply.headers({ ...forEveryAnswer, connection: 'close' }),
    400,
    'SL_REQUEST_INVALID',
    'What is encoded in the address is no text.'
  )
}

function refuse(status: Refusal['status'], code: ErrorCode, detail: string, headers = {}): Refusal {
  return { status, code, detail, headers }
}
