import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type DocumentNode, getOperationAST, OperationTypeNode } from 'graphql'
import mercurius from 'mercurius'
import Type, { type Static } from 'typebox'
import type { GuardedRule } from '../../access/access-rule.ts'
import { closed } from '../../contract/api/fields.ts'
import { SightlineError } from '../../core/errors.ts'
import type { OpenReading } from '../../live/socket/live-reader.ts'
import { sendProblem } from '../problem.ts'
import { JobWatch } from '../resources/job-watch.ts'
import type { Sources } from '../resources/sources.ts'
import { principalOf } from '../route-access.ts'
import type { WebSocketCounts } from '../web-sockets.ts'
import { type Asking, askingOf } from './asked.ts'
import { type IsIntrospective, permittedDocument, validationOptions } from './checked-document.ts'
import { executableSchema } from './executable-schema.ts'
import { type GraphqlSocketOptions, graphqlSocket } from './graphql-socket.ts'
import { subscriptionFields } from './subscription-fields.ts'
import { type Failure, failureIn, toldErrors } from './told-errors.ts'

export interface GraphqlOptions extends Pick<GraphqlSocketOptions, 'most' | 'onFailure' | 'onRefused' | 'counts'> {
  /** @throws SL_STORE_UNAVAILABLE until everything is open */
  readonly sources: () => Sources
  /** Opens a reading of what the live socket tells. */
  readonly read: OpenReading
  /** Whether the schema may be asked for. Default no. */
  readonly isIntrospective?: IsIntrospective
  /** How often jobs that are followed are looked at. */
  readonly jobsMs?: number
}

const path = '/graphql'
/** Whoever is known: each field has a rule of its own. */
const rule: GuardedRule = { area: 'any', need: 'view', stream: 'none' }

const Body = Type.Object(
  {
    query: Type.String({ minLength: 1 }),
    variables: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
    operationName: Type.Optional(Type.Union([Type.String({ maxLength: 128 }), Type.Null()])),
    extensions: Type.Optional(Type.Unknown())
  },
  closed
)

/**
 * `/graphql`: queries and changes by POST, one document at a time; subscriptions by WebSocket. Nothing by GET, so that no
 * link does anything. @throws where a field of the schema has no rule
 */
export async function graphqlRoutes(server: FastifyInstance, options: GraphqlOptions): Promise<WebSocketCounts> {
  const { sources, isIntrospective = () => false, read, jobsMs, most, onFailure, onRefused, counts } = options
  const jobs = new JobWatch({ sources, ...(jobsMs !== undefined && { everyMs: jobsMs }) })
  server.addHook('onClose', async () => jobs[Symbol.dispose]())
  const schema = executableSchema(subscriptionFields({ read, jobs }))
  await server.register(mercurius, {
    schema,
    routes: false,
    cache: 128,
    graphql: { validateOptions: validationOptions(isIntrospective) },
    errorFormatter({ data = null, errors = [] }, context) {
      const { principal } = Object.assign(context as unknown as Asking, { failure: failureIn(errors) })
      return { statusCode: 200, response: { data, errors: toldErrors(errors, principal) as never } }
    }
  })
  server.post<{ Body: Static<typeof Body> }>(
    path,
    { config: { access: rule }, schema: { body: Body }, preValidation: requireJson },
    async (request, reply) => {
      reply.header('cache-control', 'no-store').type('application/json; charset=utf-8')
      const { query, variables, operationName } = request.body
      const asked = { query, variables: variables ?? {} }
      try {
        requireNoSubscription(permittedDocument(asked, schema, isIntrospective), operationName)
        const asking: Asking & { failure?: Failure } = askingOf(sources, () => principalOf(request))
        const answer = await server.graphql(query, asking, asked.variables, operationName ?? undefined)
        return failed(request, reply, asking.failure).send(answer)
      } catch (error) {
        const causes = causesOf(error)
        const errors = toldErrors(causes, principalOf(request))
        return failed(request, reply.code(400), failureIn(causes)).send({ errors })
      }
    }
  )
  return graphqlSocket(server, {
    ...{ path, rule, schema, isIntrospective, sources, onFailure, onRefused, counts },
    ...(most !== undefined && { most })
  })
}

/** Any page can have a browser send text and forms; JSON it can send to its own site alone. */
async function requireJson({ headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  if (/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) return undefined
  return sendProblem(reply, 415, 'SL_REQUEST_INVALID', 'A document comes as `application/json`.')
}

function requireNoSubscription(document: DocumentNode, operationName: string | null | undefined): void {
  if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.SUBSCRIPTION) return
  throw new SightlineError('SL_REQUEST_INVALID', 'A subscription goes over a WebSocket: `graphql-transport-ws`.')
}

/** It is logged, and counted where nobody foresaw it, as of any request, though the rest of the document was answered. */
function failed(request: FastifyRequest, reply: FastifyReply, failure: Failure | undefined): FastifyReply {
  if (failure) request.failure = failure.error
  return failure?.isUnforeseen ? reply.code(500) : reply
}

/** A document may be wrong in several places. */
function causesOf(error: unknown): readonly unknown[] {
  const { errors } = error as { readonly errors?: unknown }
  return Array.isArray(errors) ? errors : [error]
}
