import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { GuardedRule } from '../access/access-rule.ts'
import type { Principal } from '../access/principal.ts'
import { SightlineError } from '../core/errors.ts'
import type { Callers } from './callers.ts'
import type { RequestLimits } from './limits/request-limits.ts'
import type { Presence } from './presence.ts'
import { statusOf } from './problem.ts'
import { type RouteRule, refusal } from './route-access.ts'

/** Who is at the other end of a connection, for as long as it lasts. */
export interface Visitor {
  /** What they may now: looked up again every 2 s. */
  readonly principal: Principal
  /** Aborted when they may no longer be here. What has not ended by itself 1 s later is cut. */
  readonly signal: AbortSignal
  /** `then` is called after each time that they were looked up again. */
  onLookedUp(then: (principal: Principal) => void): void
}

/** How a WebSocket is closed whose reader may not be here any more. */
export const notPermitted = { code: 4403, reason: 'SL_NOT_PERMITTED' }

/** Takes over a connection that asks to become something else (a WebSocket): answers it, or destroys it. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer, visitor: Visitor) => void

/** Why somebody may not come in, as an HTTP status; undefined when nothing speaks against it. */
export type Doorkeeper = (request: IncomingMessage) => number | undefined

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Hands upgrades of exactly this path (without query), or of those that match, to `handler`, once they have passed what
     * every request has to, and `rule`. Where that says `each`, the stream is the pattern's group `stream`.
     */
    onUpgrade(path: string | RegExp, handler: UpgradeHandler, rule: GuardedRule): void
  }
}

export interface UpgradeGuards {
  readonly doorkeeper: Doorkeeper
  readonly callers: Callers
  readonly presence: Presence
  readonly limits?: RequestLimits | undefined
}

interface Upgradable {
  readonly path: string | RegExp
  readonly handler: UpgradeHandler
  readonly rule: GuardedRule
}

/** Until what should have ended by itself is cut. */
const farewellMs = 1000

/**
 * The one listener for upgrades of a server: nothing reaches a handler that `doorkeeper` or its rule does not let in, and
 * what has been upgraded ends with the server, which by itself would wait for it, or once whoever came may not be here.
 */
export function acceptUpgrades(
  server: FastifyInstance,
  { doorkeeper, callers, presence, limits }: UpgradeGuards
): void {
  const all: Upgradable[] = []
  const open = new Set<Duplex>()
  server.decorate('onUpgrade', (path: string | RegExp, handler: UpgradeHandler, rule: GuardedRule) => {
    all.push({ path, handler, rule })
    ;(server.routeRules as RouteRule[]).push({ method: 'UPGRADE', path, rule })
  })
  const accept = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refused = doorkeeper(request)
    if (refused !== undefined) return refuse(socket, refused)
    const laterSeconds = await limits?.beforeUpgrade(request)
    if (laterSeconds !== undefined) return refuse(socket, 429, laterSeconds)
    const [path = ''] = (request.url ?? '').split('?', 1)
    const asked = find(all, path)
    const caller = await callers.who(request)
    if (!caller) return refuse(socket, 401)
    if (!asked) return refuse(socket, 404)
    const { rule, handler, stream } = asked
    const forbidden = refusal(rule, caller.principal, stream)
    if (forbidden) return refuse(socket, forbidden.status)
    const tooMany = await limits?.upgrade(request, caller.principal, socket)
    if (tooMany !== undefined) return refuse(socket, 429, tooMany)
    if (socket.destroyed) return
    const here = new Visit(caller.principal)
    const leave = presence.add({
      caller,
      rule,
      stream,
      end: () => {
        here.end()
        setTimeout(() => socket.destroy(), farewellMs).unref()
      },
      changed: principal => here.lookedUp(principal)
    })
    socket.on('close', leave)
    handler(request, socket, head, here)
  }
  server.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy()) // Gone in the middle of it: nobody to tell.
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    accept(request, socket, head).catch(error =>
      refuse(socket, error instanceof SightlineError ? statusOf(error) : 500)
    )
  })
  server.addHook('preClose', async () => {
    for (const socket of open) socket.destroy()
  })
}

class Visit implements Visitor {
  principal: Principal
  readonly #ending = new AbortController()
  readonly #told: ((principal: Principal) => void)[] = []

  constructor(principal: Principal) {
    this.principal = principal
  }

  get signal(): AbortSignal {
    return this.#ending.signal
  }

  onLookedUp(then: (principal: Principal) => void): void {
    this.#told.push(then)
  }

  lookedUp(principal: Principal): void {
    this.principal = principal
    for (const then of this.#told) then(principal)
  }

  end(): void {
    this.#ending.abort()
  }
}

function find(all: readonly Upgradable[], path: string): (Upgradable & { readonly stream?: string }) | undefined {
  for (const each of all) {
    const found = each.path instanceof RegExp ? each.path.exec(path) : each.path === path ? { groups: {} } : null
    if (found) return { ...each, stream: (found.groups as { stream?: string } | undefined)?.stream }
  }
  return undefined
}

function refuse(socket: Duplex, status: number, laterSeconds?: number): void {
  const later = laterSeconds === undefined ? '' : `retry-after: ${laterSeconds}\r\n`
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${later}connection: close\r\ncontent-length: 0\r\n\r\n`)
}
