import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorCode } from '../core/errors.ts'
import type { AccessToken } from './access-token.ts'
import { FailedTries } from './failed-tries.ts'
import { askForToken } from './login-page.ts'
import { sendPlainPage } from './plain-page.ts'
import { sendProblem } from './problem.ts'
import { encryptedAddress, isAddressedTo, isFromElsewhere, isReadableOnTheWay } from './request-origin.ts'

export interface DoorOptions {
  /** Asked of everybody. Without one, whoever reaches us is let in: nobody but this machine can. */
  readonly token?: AccessToken
  /** The address that is listened on. */
  readonly host: string
  /** The port where the same is answered encrypted, once it is: others than this machine are sent there. */
  readonly encryptedPort?: () => number | undefined
  readonly failedTries?: FailedTries
}

/** Why somebody is not let in. */
export interface Refusal {
  readonly status: 308 | 401 | 403 | 429
  readonly code: ErrorCode
  readonly detail: string
  readonly headers: Readonly<Record<string, string>>
}

/** Decides who is let in: the same for every route, every file and every WebSocket. */
export class Door {
  readonly #token: AccessToken | undefined
  readonly #names: ReadonlySet<string>
  readonly #encryptedPort: () => number | undefined
  readonly #failedTries: FailedTries

  constructor({ token, host, encryptedPort = () => undefined, failedTries = new FailedTries() }: DoorOptions) {
    this.#token = token
    this.#encryptedPort = encryptedPort
    this.#names = new Set(['localhost', '127.0.0.1', '[::1]', host.includes(':') ? `[${host}]` : host])
    this.#failedTries = failedTries
  }

  /** Undefined when `request` may come in. */
  refusal(request: IncomingMessage): Refusal | undefined {
    if (isFromElsewhere(request)) return refuse(403, 'SL_ORIGIN_REFUSED', 'A page of another site asked for this.')
    const encryptedPort = this.#encryptedPort()
    if (encryptedPort !== undefined && isReadableOnTheWay(request))
      return sendOn(encryptedAddress(request, encryptedPort))
    if (this.#token) return this.#judge(request, this.#token)
    if (isAddressedTo(request, this.#names)) return undefined
    return refuse(
      403,
      'SL_HOST_REFUSED',
      'This server answers to its own address alone while it asks for no access token: open http://localhost with its port.'
    )
  }

  /** True for whoever may see more than that the server is there. */
  knows(request: IncomingMessage): boolean {
    return this.refusal(request) === undefined
  }

  /** Stands before every route of `server`, also before those that there are none of. */
  guard(server: FastifyInstance): void {
    server.addHook('onRequest', async (request, reply) => {
      reply.headers(forEveryAnswer)
      const rule = request.routeOptions.config.access
      if (rule && 'open' in rule) return
      const refusal = this.refusal(request.raw)
      if (refusal) return answer(request, reply, refusal)
      if (this.#token && tokenOf(request.raw) !== undefined)
        return welcome(request, reply, this.#token.grant(request.raw))
    })
  }

  #judge(request: IncomingMessage, token: AccessToken): Refusal | undefined {
    const given = tokenOf(request)
    const shown = given === undefined ? token.shownBy(request) : token.shown(given)
    const address = request.socket.remoteAddress ?? ''
    const waitMs = this.#failedTries.waitMs(address)
    if (shown && waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000)
      const detail = `Too many wrong access tokens came from this address: try again in ${seconds} s.`
      return refuse(429, 'SL_TOKEN_TRIES', detail, { 'retry-after': `${seconds}` })
    }
    if (shown?.isRight) return undefined
    if (shown) this.#failedTries.add(address, shown.digest)
    return refuse(401, 'SL_TOKEN_REFUSED', 'This server asks for its access token, as `Authorization: Bearer …`.', {
      'www-authenticate': 'Bearer realm="sightline"',
      ...(shown?.isCookie && { 'set-cookie': token.revoke(request) })
    })
  }
}

/** Other sites may neither show what is here nor read it, and learn no addresses; browsers take types for what they are. */
const forEveryAnswer = {
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff'
}

/** In the address that people open first: `/?token=…`. */
function tokenOf({ method, url = '' }: IncomingMessage): string | undefined {
  const [path, query] = url.split('?', 2)
  return method === 'GET' && path === '/' ? new URLSearchParams(query).get('token')?.trim() : undefined
}

/**
 * A browser gets its cookie, and an address without the token. Where a link of another site led here, a strict cookie
 * is not sent along with a redirect, but it is when our own page leads on.
 */
function welcome(request: FastifyRequest, reply: FastifyReply, cookie: string): FastifyReply {
  reply.headers({ 'set-cookie': cookie, 'cache-control': 'no-store' })
  if (request.headers['sec-fetch-site'] !== 'cross-site') return reply.code(303).header('location', '/').send()
  return sendPlainPage(reply, 'Sightline', '<meta http-equiv="refresh" content="0;url=/"><a href="/">Sightline</a>')
}

function sendOn(address: string | undefined): Refusal {
  const detail = 'This server answers other machines over HTTPS alone, where nobody can read along.'
  if (address === undefined) return refuse(403, 'SL_ENCRYPTION_REQUIRED', detail)
  return refuse(308, 'SL_ENCRYPTION_REQUIRED', detail, { location: address })
}

function refuse(status: Refusal['status'], code: ErrorCode, detail: string, headers = {}): Refusal {
  return { status, code, detail, headers }
}

/** People get a page to type the token into, programs a problem document. */
function answer(request: FastifyRequest, reply: FastifyReply, { status, code, detail, headers }: Refusal) {
  reply.headers(headers)
  const isPerson =
    (status === 401 || status === 429) &&
    request.method === 'GET' &&
    /\btext\/html\b/.test(request.headers.accept ?? '')
  return isPerson
    ? askForToken(reply, status, code === 'SL_TOKEN_TRIES' ? detail : undefined)
    : sendProblem(reply, status, code, detail)
}
