import type { IncomingMessage } from 'node:http'
import type { Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../../access/principal.ts'
import { type RateLimitSettings, type RateLimits, usualRateLimits } from '../../config/rate-limit-settings.ts'
import { network } from '../failed-tries.ts'
import { sendProblem } from '../problem.ts'
import { addressOf } from '../request-origin.ts'
import { TrustedProxies } from '../trusted-proxies.ts'
import { MemoryRates } from './memory-rates.ts'
import { OpenCount } from './open-count.ts'
import { type RateState, type RateStore, stateOf } from './rate-store.ts'

/** What requests are counted as. */
export type RateKind = 'reads' | 'changes' | 'signIns' | 'sockets'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Default: by its method, `reads` or `changes`. */
    readonly rate?: RateKind
  }
}

export interface RequestLimitsOptions {
  readonly limits?: RateLimitSettings | undefined
  /** Default: the memory of this process. */
  readonly store?: RateStore
  readonly proxies?: TrustedProxies
}

/** Until somebody who has too much open may try again. */
const laterSeconds = 5
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Limits what one address and one user may ask for. An address is where a connection comes from, or what a trusted proxy says
 * of it, and of IPv6 its network: no header that somebody makes up buys anything.
 */
export class RequestLimits {
  #limits: RateLimits = usualRateLimits
  #isOn = true
  readonly #store: RateStore
  readonly #proxies: TrustedProxies
  readonly #sockets = new OpenCount()
  readonly #connections = new OpenCount()

  constructor({ limits, store = new MemoryRates(), proxies = new TrustedProxies() }: RequestLimitsOptions = {}) {
    this.#store = store
    this.#proxies = proxies
    this.follow(limits)
  }

  /** As much from now on; who has more open than that keeps it. */
  follow({ enabled = true, ...limits }: RateLimitSettings = {}): void {
    this.#isOn = enabled
    this.#limits = { ...usualRateLimits, ...limits }
  }

  /** Before anybody is looked up: strangers cost little. */
  guardAddresses(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      if (!this.#isOn) return done()
      const kind = kindOf(request)
      return answered(reply, kind, this.#ofAddress(kind, request.raw), done)
    })
  }

  /** Once it is known who asks. */
  guardUsers(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      const kind = kindOf(request)
      if (!this.#isOn || !request.principal || kind === 'signIns') return done()
      return answered(reply, kind, this.#ofUser(kind, request.principal), done)
    })
  }

  /** For a WebSocket, before anybody is looked up. Undefined where it may go on; else how many seconds later. */
  async beforeUpgrade(request: IncomingMessage): Promise<number | undefined> {
    if (!this.#isOn) return undefined
    const state = await this.#ofAddress('sockets', request)
    return state.isAllowed ? undefined : state.retryAfterSeconds
  }

  /** For a WebSocket of somebody who is known: counted as open until `socket` closes. As `beforeUpgrade`. */
  async upgrade(request: IncomingMessage, principal: Principal, socket: Duplex): Promise<number | undefined> {
    if (!this.#isOn) return undefined
    const state = await this.#ofUser('sockets', principal)
    if (!state.isAllowed) return state.retryAfterSeconds
    if (socket.destroyed) return laterSeconds // Gone meanwhile: it would never be counted out.
    const { openSockets, usersPerAddress } = this.#limits
    const ofUser = this.#sockets.open(userKey(principal), openSockets)
    if (!ofUser) return laterSeconds
    const ofAddress = this.#sockets.open(network(addressOf(request)), openSockets * usersPerAddress)
    if (!ofAddress) {
      ofUser()
      return laterSeconds
    }
    socket.once('close', () => {
      ofUser()
      ofAddress()
    })
    return undefined
  }

  /** Ends connections beyond what one address may have: they cost memory before they have asked for anything. */
  guardConnections(listener: Pick<Server, 'on'>): void {
    listener.on('connection', (socket: Socket) => {
      const address = socket.remoteAddress ?? ''
      if (!this.#isOn || this.#proxies.isTrusted(address)) return
      const closed = this.#connections.open(network(address), this.#limits.connections)
      if (closed) socket.once('close', closed)
      else socket.destroy()
    })
  }

  #ofAddress(kind: RateKind, request: IncomingMessage): RateState | Promise<RateState> {
    const times = kind === 'signIns' ? 1 : this.#limits.usersPerAddress
    return this.#take(`${kind}:address:${network(addressOf(request))}`, this.#limits[kind] * times)
  }

  #ofUser(kind: RateKind, principal: Principal): RateState | Promise<RateState> {
    return this.#take(`${kind}:${userKey(principal)}`, this.#limits[kind])
  }

  #take(key: string, limit: number): RateState | Promise<RateState> {
    const taken = this.#store.take(key, limit)
    return taken instanceof Promise ? taken.then(known => stateOf(known, limit)) : stateOf(taken, limit)
  }
}

/** All tokens of a user count together: another token buys nothing. */
function userKey({ userId, actor }: Principal): string {
  return `user:${userId ?? actor}`
}

function kindOf({ method, routeOptions }: FastifyRequest): RateKind {
  return routeOptions.config?.rate ?? (reading.has(method) ? 'reads' : 'changes')
}

/** Goes on at once where what is counted here is known at once. */
function answered(
  reply: FastifyReply,
  kind: RateKind,
  state: RateState | Promise<RateState>,
  done: () => void
): Promise<FastifyReply | undefined> | undefined {
  if (state instanceof Promise) return state.then(known => answer(reply, kind, known))
  if (!answer(reply, kind, state)) done()
  return undefined
}

/** Headers as draft-ietf-httpapi-ratelimit-headers has them. */
function answer(reply: FastifyReply, kind: RateKind, state: RateState): FastifyReply | undefined {
  const { isAllowed, limit, remaining, resetSeconds, retryAfterSeconds } = state
  const name = kind === 'signIns' ? 'sign-ins' : kind
  reply.header('ratelimit-policy', `"${name}";q=${limit};w=60`)
  reply.header('ratelimit', `"${name}";r=${remaining};t=${resetSeconds}`)
  if (isAllowed) return undefined
  const detail = `More than ${limit} requests of this kind were made within a minute: wait ${retryAfterSeconds} s.`
  return sendProblem(reply.header('retry-after', retryAfterSeconds), 429, 'SL_RATE_LIMIT', detail)
}
