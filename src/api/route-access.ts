import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type AccessRule, judge, mayReach, type Verdict } from '../access/access-rule.ts'
import { holdsAllOf, type Need, type Principal } from '../access/principal.ts'
import { type ErrorCode, SightlineError } from '../core/errors.ts'
import type { Caller, Callers } from './callers.ts'
import type { Presence, Stay } from './presence.ts'
import { isPerson, sendProblem } from './problem.ts'
import { isHere } from './request-origin.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may ask. A server does not start with a route that has none. */
    readonly access?: AccessRule
    /** Strangers too, while this says so: where settings let them in. */
    readonly openWhile?: () => boolean
  }
  interface FastifyInstance {
    /** All that can be asked, with who may. */
    readonly routeRules: readonly RouteRule[]
  }
  interface FastifyRequest {
    /** Whoever asks; undefined for a stranger. Known before a handler begins. */
    caller: Caller | undefined
    readonly principal: Principal | undefined
    /**
     * For what goes on after the answer, such as a session: `end` is called when whoever asked may have it no longer, unless
     * `isHere` says that it ended by itself. Not for strangers.
     */
    stay(end: () => void, isHere: () => boolean): void
  }
}

export interface RouteRule {
  /** Of HTTP, or `UPGRADE` for what becomes a socket. */
  readonly method: string
  /** As Fastify has it, or the pattern of an upgrade. */
  readonly path: string | RegExp
  readonly rule: AccessRule
}

/** A refusal: of a stranger, of what may not be known, of what may be seen and not done. */
export interface Refusal {
  readonly status: 401 | 403 | 404
  readonly code: ErrorCode
  readonly detail: string
}

const refusals: Readonly<Record<Exclude<Verdict, 'pass'>, Refusal>> = {
  stranger: {
    status: 401,
    code: 'SL_SIGN_IN_REQUIRED',
    detail: 'This server asks who you are: sign in, or send a token.'
  },
  unknown: { status: 404, code: 'SL_STREAM_UNKNOWN', detail: 'There is no such stream.' },
  forbidden: { status: 403, code: 'SL_NOT_PERMITTED', detail: 'This may be done by others, not by you.' }
}

/** How long a probe waits for the store to say who asks, before it is answered as a stranger. */
const probeMs = 500

/** What `rule` says to `principal`; undefined where they may pass. */
export function refusal(rule: AccessRule, principal: Principal | undefined, stream?: string): Refusal | undefined {
  const verdict = judge(rule, principal, stream)
  return verdict === 'pass' ? undefined : refusals[verdict]
}

/**
 * Makes `server` refuse a route without a rule, and judges every request by the rule of its route before anything of it is
 * read. Answers that go on, such as pictures in motion, end when whoever asked for them may have them no longer.
 */
export function guardRoutes(server: FastifyInstance, callers: Callers, presence: Presence): void {
  server.decorateRequest('caller', undefined)
  server.decorateRequest('principal', {
    getter() {
      return (this as FastifyRequest).caller?.principal
    }
  })
  server.decorateRequest('stay', () => undefined)
  const rules: RouteRule[] = []
  server.decorate('routeRules', rules)
  server.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.access)
      throw new Error(`${method} ${url} has no rule who may ask: give its route config: { access: … }.`)
    for (const each of [method].flat()) rules.push({ method: each, path: url, rule: config.access })
  })
  /** Undefined for who may come in. */
  const refusing = (request: StreamRequest, reply: FastifyReply, caller: Caller | undefined) => {
    const rule = ruleNow(request.routeOptions.config)
    request.caller = caller
    if (!rule) return caller ? undefined : refuse(request, reply, refusals.stranger, callers)
    if ('open' in rule || (rule.hereToo && isHere(request.raw))) return undefined
    const refused = refusal(rule, caller?.principal, request.params.stream)
    if (refused) return refuse(request, reply, refused, callers)
    // While they were looked up: nobody would say that they leave, and nobody wants an answer.
    if (reply.raw.destroyed) return reply.hijack()
    const here = { caller: caller!, rule, stream: request.params.stream }
    request.stay = (end, isHere) => presence.add({ ...here, end, isHere })
    const cut = () => reply.raw.destroy()
    const leave = presence.add({ ...here, end: cut, changed: cutWhereLess(here, cut) })
    reply.raw.on('close', leave)
    return undefined
  }
  // What is known at once waits for nothing: each promise would take a turn of every request.
  server.addHook('onRequest', (request: StreamRequest, reply, done) => {
    const caller = callerOf(request, reply, callers)
    if (caller instanceof Promise) return caller.then(known => refusing(request, reply, known))
    const refused = refusing(request, reply, caller)
    if (refused) return refused
    return done()
  })
}

/**
 * What is of no one stream, such as a list or a file that was found, goes on by what could be reached when it began: it ends
 * once any of that can be reached no longer. Where the rule names the stream, the rule says all of it.
 */
function cutWhereLess({ caller, rule }: Pick<Stay, 'caller' | 'rule'>, cut: () => void): Stay['changed'] {
  if (rule.stream === 'each') return undefined
  const { viewing, operating } = caller.principal
  return now => {
    if (!holdsAllOf(now.viewing, viewing) || !holdsAllOf(now.operating, operating)) cut()
  }
}

type StreamRequest = FastifyRequest<{ Params: { stream?: string } }>

/** Who may ask for a route at this moment. */
export function ruleNow({ access, openWhile }: FastifyContextConfig): AccessRule | undefined {
  return openWhile?.() ? { open: true } : access
}

/** What strangers may have too does not depend on whether the store answers, and what probes ask for does not wait for it. */
function callerOf(
  request: FastifyRequest,
  reply: FastifyReply,
  callers: Callers
): Promise<Caller | undefined> | Caller | undefined {
  const { plain } = request.routeOptions.config
  const access = ruleNow(request.routeOptions.config)
  const { cookie, authorization } = request.raw.headers
  const isOpen = access !== undefined && ('open' in access || (access.hereToo === true && isHere(request.raw)))
  const isProbe = isOpen && (plain || !('open' in access))
  if (isProbe && cookie === undefined && authorization === undefined) return undefined
  const who = callers.who(request.raw, cookies => {
    if (!reply.sent) reply.header('set-cookie', [...cookies])
  })
  if (!isOpen) return who
  const known = Promise.resolve(who).catch(() => undefined)
  return isProbe ? Promise.race([known, pause(probeMs, undefined, { ref: false })]) : known
}

/** Who asks, on a route that strangers cannot ask. */
export function principalOf({ principal }: Pick<FastifyRequest, 'principal'>): Principal {
  if (principal) return principal
  throw new Error('A route whose rule lets strangers in asked who they are.')
}

/**
 * Judges what a handler of a rule `found` has found to be of `stream`.
 * @param unknown what is thrown for what is not there: nobody can tell that from what is not theirs
 * @throws `unknown()`, SL_NOT_PERMITTED
 */
export function requireReach(principal: Principal, need: Need, stream: string, unknown: () => SightlineError): void {
  const verdict = mayReach(principal, need, stream)
  if (verdict === 'unknown') throw unknown()
  if (verdict === 'forbidden') throw new SightlineError(refusals.forbidden.code, refusals.forbidden.detail)
}

/** People get a page, programs a problem document. */
async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, code, detail }: Refusal,
  callers: Callers
): Promise<FastifyReply> {
  if (status !== 401) return sendProblem(reply, status, code, detail)
  if (isPerson(request) && callers.welcome) return callers.welcome(request, reply)
  return sendProblem(reply.header('www-authenticate', 'Bearer realm="sightline"'), status, code, detail)
}
