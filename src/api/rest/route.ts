import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TObject, TSchema } from 'typebox'
import type { AccessRule } from '../../access/access-rule.ts'
import type { Principal } from '../../access/principal.ts'
import type { Sources } from '../resources/sources.ts'
import { principalOf } from '../route-access.ts'
import { matchingTag, requireMatch, tagOf } from './entity-tag.ts'
import { beginHeavy } from './heavy.ts'
import { onlyOnce } from './once.ts'
import { packAnswer } from './packed-answer.ts'
import type { RestScope } from './rest-scope.ts'
import type { AnswerForm } from './route-answers.ts'
import { schemaOf } from './route-schema.ts'

/** A route as it is declared: what may come in, who may ask, and all that may come back. What is not said is refused. */
export interface Route<Params extends TObject, Query extends TObject, Body extends TSchema, Seen = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Such as `/api/v1/recordings/:id`. */
  readonly path: string
  readonly access: AccessRule
  /** A line for the documentation. */
  readonly summary: string
  readonly description?: string
  /** The resource's name: documentation is ordered by it. */
  readonly tag: string
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** Bytes of a body that are taken. Default: as many as everywhere, 64 KiB. */
  readonly mostBytes?: number
  /** What comes, by status; the first is what a handler's value is sent with. `null` for nothing. */
  readonly answers: Readonly<Record<number, AnswerForm>>
  /** Statuses of problems beside those that any route may have. */
  readonly problems?: readonly number[]
  /** One thing, whose answer carries an `ETag`, and is not sent to who has it already. */
  readonly tagged?: true
  /** For changes of one thing: as it is now, for those who change only what they have seen (`If-Match`). */
  readonly now?: (call: Call<Params, Query, Body>) => Promise<Seen>
  /** For what must not be done twice: a repetition under the same `Idempotency-Key` gets the first one's answer. */
  readonly once?: true
  /** For what takes a while and a thread: only so many are done at once. */
  readonly heavy?: true
  /** `seen`: where they do, as they have seen it; the store takes the change only if it is so still. */
  readonly handle: (call: Call<Params, Query, Body>, seen?: Seen) => Promise<unknown>
}

/** A request that has passed everything that its route says of it. */
export interface Call<
  Params extends TObject = TObject,
  Query extends TObject = TObject,
  Body extends TSchema = TSchema
> {
  readonly principal: Principal
  readonly params: Static<Params>
  readonly query: Static<Query>
  readonly body: Static<Body>
  readonly sources: Sources
  readonly request: FastifyRequest
  /** For headers and for another status than the first; the value is sent by whoever called. */
  readonly reply: FastifyReply
  /** Aborted when whoever asked has gone. */
  readonly signal: AbortSignal
}

/** Serves a route as it is declared, and describes it in the documentation. */
export function addRoute<
  Params extends TObject = TObject,
  Query extends TObject = TObject,
  Body extends TSchema = TSchema,
  Seen = unknown
>({ server, sources }: RestScope, route: Route<Params, Query, Body, Seen>): void {
  const { method, path: url, access } = route
  const status = Number(Object.keys(route.answers)[0])
  server.route({
    method,
    url,
    config: { access },
    ...(method === 'GET' && { onSend: packAnswer }),
    ...(route.mostBytes !== undefined && { bodyLimit: route.mostBytes }),
    schema: schemaOf(route),
    async handler(request, reply) {
      const call = new RouteCall(request, reply, sources()) as Call<Params, Query, Body>
      // Whoever has something else to say of it, says so.
      reply.code(status).header('cache-control', 'no-store')
      if (route.heavy) beginHeavy(call)
      if (route.once) return onlyOnce(call, () => route.handle(call))
      if (route.now)
        return requireMatch(
          call,
          () => route.now!(call),
          seen => route.handle(call, seen)
        )
      if (!route.tagged) return route.handle(call)
      const text = JSON.stringify(await route.handle(call))
      const etag = tagOf(text)
      reply.headers({ etag, 'cache-control': 'private, no-cache' })
      if (matchingTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
      return reply.type('application/json; charset=utf-8').send(text)
    }
  })
}

/** The same request with another question. */
export function asking<Params extends TObject, Query>(
  { request, reply, sources }: Pick<Call<Params>, 'request' | 'reply' | 'sources'>,
  query: Query
): Omit<Call<Params>, 'query'> & { readonly query: Query } {
  return new RouteCall(request, reply, sources, query)
}

/**
 * What a handler is given. A class: of a literal with getters each would be a shape of its own, which keeps its request until
 * everything is collected.
 */
class RouteCall<Query> {
  readonly params: never
  readonly query: Query
  readonly body: never
  readonly sources: Sources
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  #gone: AbortSignal | undefined

  constructor(request: FastifyRequest, reply: FastifyReply, sources: Sources, query = request.query as Query) {
    this.params = request.params as never
    this.query = query
    this.body = request.body as never
    this.sources = sources
    this.request = request
    this.reply = reply
  }

  get principal(): Principal {
    return principalOf(this.request)
  }

  /** Every answer's end would make an error otherwise, for most of which nobody asks: a tenth of a short one's time. */
  get signal(): AbortSignal {
    this.#gone ??= untilClosed(this.reply)
    return this.#gone
  }
}

function untilClosed({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  if (raw.destroyed) gone.abort()
  else raw.on('close', () => gone.abort())
  return gone.signal
}
