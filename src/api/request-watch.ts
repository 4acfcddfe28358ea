import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { SightlineError } from '../core/errors.ts'
import type { Logger } from '../core/log.ts'
import { type LogContext, within } from '../core/log-context.ts'
import { childOf, newTrace, type SpanSink, wallMs } from '../core/span.ts'
import { isInside } from '../core/told-message.ts'
import { traceParent } from '../core/trace-parent.ts'
import type { RequestCounts } from './request-counts.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

export interface RequestWatchOptions {
  readonly log: Logger
  readonly counts: RequestCounts
  /** Where requests are traced: so many of them, as a share. */
  readonly traces?: { readonly sink: SpanSink; readonly share: number } | undefined
}

declare module 'fastify' {
  interface FastifyRequest {
    logContext: LogContext | undefined
    /** What kept it from being answered as it should have been. */
    failure: Error | undefined
  }
}

/** Asked all the time by machines: of those that went well, one in so many is logged. */
const noisy: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])
const oneIn = 100
const idShape = /^[\w.-]{8,64}$/

/** What a request is called in the log: by a trusted proxy's word, else by a name of its own. */
export function requestIds(proxies: TrustedProxies): (request: IncomingMessage) => string {
  return ({ headers, socket }) => {
    const given = headers['x-request-id']
    const isKnown = typeof given === 'string' && idShape.test(given) && proxies.isTrusted(socket.remoteAddress ?? '')
    return isKnown ? given : randomUUID()
  }
}

/**
 * Counts every request and how long its answer took, logs it by its route (never by its address, which may have a secret in
 * it), and makes whatever it brings about say which request it is for.
 */
export function watchRequests(
  server: FastifyInstance,
  { log, counts, traces }: RequestWatchOptions,
  proxies: TrustedProxies
): void {
  const asked = new Map<string, number>()
  server.decorateRequest('logContext', undefined)
  server.decorateRequest('failure', undefined)
  server.addHook('onRequest', (request, reply, done) => {
    request.logContext = { requestId: request.id, trace: traces && tracePlace(request.raw, traces.share, proxies) }
    reply.header('x-request-id', request.id)
    within(request.logContext, done)
  })
  // Reading a body begins anew outside.
  server.addHook('preValidation', (request, _reply, done) =>
    request.body === undefined ? done() : within(request.logContext!, done)
  )
  server.addHook('onError', (request, _reply, error, done) => {
    request.failure = error
    done()
  })
  server.addHook('onResponse', (request, reply, done) => {
    const { logContext, failure } = request
    const { statusCode, elapsedTime } = reply
    counts.note(request.method, statusCode, elapsedTime / 1000)
    const place = logContext?.trace
    if (traces && place) trace(traces.sink, factsOf(request, reply), place)
    if (failure && (statusCode >= 500 || isHidden(failure)))
      log.error({ ...logFacts(logContext), ...factsOf(request, reply), err: failure }, 'a request failed')
    else if (statusCode >= 400 || isDue(asked, routeOf(request)))
      if (log.isLevelEnabled('info'))
        log.info({ ...logFacts(logContext), ...factsOf(request, reply) }, 'a request was answered')
    done()
  })
}

/**
 * Where a request is traced: within what a trusted proxy says that it is part of, as often as that is followed there, else
 * by itself. Strangers' words would let them fill our traces, and be taken for somebody else's step.
 */
function tracePlace({ headers, socket }: IncomingMessage, share: number, proxies: TrustedProxies): LogContext['trace'] {
  if (share <= 0) return undefined
  const { traceparent } = headers
  const isKnown = traceparent !== undefined && proxies.isTrusted(socket.remoteAddress ?? '')
  const parent = isKnown ? traceParent(traceparent) : undefined
  if (parent) return parent.isSampled ? childOf(parent) : undefined
  return Math.random() < share ? newTrace() : undefined
}

/** Who asked was not told all of it. */
function isHidden(failure: Error): boolean {
  return failure instanceof SightlineError && isInside(failure.code)
}

interface RequestFacts {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly durationMs: number
  readonly stream?: string
  readonly actor?: string
}

/** `route` as it was declared: what takes the place of `:stream` in it is told beside. */
function factsOf(request: FastifyRequest, { statusCode, elapsedTime }: FastifyReply): RequestFacts {
  const { method, principal } = request
  const { stream } = (request.params ?? {}) as { readonly stream?: unknown }
  return {
    method,
    route: routeOf(request),
    status: statusCode,
    durationMs: Math.round(elapsedTime * 10) / 10,
    ...(typeof stream === 'string' && /^[a-z0-9][a-z0-9_-]{0,62}$/.test(stream) && { stream }),
    ...(principal && { actor: principal.actor })
  }
}

function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions.url ?? 'none'
}

function logFacts(context: LogContext | undefined) {
  return { requestId: context?.requestId, traceId: context?.trace?.traceId }
}

function isDue(asked: Map<string, number>, route: string): boolean {
  if (!noisy.has(route)) return true
  const before = asked.get(route) ?? 0
  asked.set(route, before + 1)
  return before % oneIn === 0
}

function trace(sink: SpanSink, facts: RequestFacts, place: NonNullable<LogContext['trace']>): void {
  const { method, route, status, durationMs, stream } = facts
  const endedMs = wallMs()
  sink.take({
    ...place,
    name: `${method} ${route}`,
    kind: 'server',
    beganMs: endedMs - durationMs,
    endedMs,
    facts: {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      ...(stream !== undefined && { 'sightline.stream': stream })
    },
    failed: status >= 500
  })
}
