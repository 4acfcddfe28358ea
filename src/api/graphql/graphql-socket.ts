import type { FastifyInstance } from 'fastify'
import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST, OperationTypeNode } from 'graphql'
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws'
import type { GuardedRule } from '../../access/access-rule.ts'
import type { Principal } from '../../access/principal.ts'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import type { Sources } from '../resources/sources.ts'
import type { Visitor } from '../upgrades.ts'
import { type Conversation, type WebSocketCounts, type WebSocketRoute, webSocketRoute } from '../web-sockets.ts'
import { askingOf } from './asked.ts'
import { checkedDocument, type IsIntrospective } from './checked-document.ts'
import type { Failing, Following } from './subscription-fields.ts'
import { failureIn, toldErrors } from './told-errors.ts'

export interface GraphqlSocketOptions {
  readonly path: string
  readonly rule: GuardedRule
  readonly schema: GraphQLSchema
  readonly isIntrospective: IsIntrospective
  readonly sources: () => Sources
  /** Connections at a time. Default 1000. */
  readonly most?: number
  /** Told what is wrong with us, and not with what was asked: whoever asked is told less. */
  readonly onFailure?: ((error: Error) => void) | undefined
  /** Told the code of whatever is refused. */
  readonly onRefused?: ((code: ErrorCode) => void) | undefined
  /** Where connections that break are counted. */
  readonly counts?: WebSocketCounts | undefined
}

const mostBytes = 65_536
/** What one connection may follow at a time. */
const mostFollowed = 50
const mostMessages = 200
const messagesMs = 10_000
/** As the live socket has it. */
const closeCodes = { full: 1013, flood: 4429 }

type Socket = Parameters<WebSocketRoute['open']>[0]
type Review = Parameters<Following['keep']>[1]
type Server = ReturnType<typeof makeServer<Record<string, unknown>, Connection>>

/** Subscriptions over `graphql-transport-ws`, behind the door that all WebSockets pass. Queries and changes go by POST. */
export function graphqlSocket(server: FastifyInstance, options: GraphqlSocketOptions): WebSocketCounts {
  const { path, rule, most = 1000, counts, onRefused } = options
  const protocol = protocolOf(options)
  let open = 0
  const route: WebSocketRoute = {
    ...{ path, rule, maxBytes: mostBytes, maxFragments: 64 },
    open(socket, { headers }, visitor) {
      if (open >= most) {
        onRefused?.('SL_VIEW_LIMIT')
        return void socket.close(closeCodes.full, 'Too many connections.')
      }
      if (headers['sec-websocket-protocol']?.split(',')[0]?.trim() !== GRAPHQL_TRANSPORT_WS_PROTOCOL)
        return void socket.close(CloseCode.SubprotocolNotAcceptable, `Speak ${GRAPHQL_TRANSPORT_WS_PROTOCOL}.`)
      open++
      const connection = new Connection(socket, visitor, options.sources)
      return connection.converse(protocol, () => open--)
    }
  }
  return webSocketRoute(server, route, counts)
}

/** The protocol's own server: it asks for no more of a subscription than its connection has taken. */
function protocolOf({ schema, isIntrospective, onFailure, onRefused }: GraphqlSocketOptions): Server {
  const told = ({ principal }: Connection, errors: readonly GraphQLError[]) => {
    const failure = failureIn(errors)
    if (failure) onFailure?.(failure.error)
    const answer = toldErrors(errors, principal)
    for (const { extensions } of answer) onRefused?.(extensions.code)
    return answer
  }
  return makeServer<Record<string, unknown>, Connection>({
    onSubscribe({ extra, subscriptions }, _id, { query, variables, operationName }) {
      try {
        if (Object.keys(subscriptions).length > mostFollowed)
          throw new SightlineError('SL_VIEW_LIMIT', `A connection follows at most ${mostFollowed} things at a time.`)
        const asked = { query, variables: variables ?? {}, operationName: operationName ?? undefined }
        const document = checkedDocument(asked, schema, isIntrospective)
        requireSubscription(asked, document)
        return {
          ...{ schema, document, variableValues: asked.variables, operationName: asked.operationName },
          contextValue: extra.following()
        }
      } catch (error) {
        return errorsOf(error)
      }
    },
    onNext: ({ extra }, _id, _payload, _asked, { errors, ...result }) =>
      errors ? { ...result, errors: told(extra, errors) } : undefined,
    onError: ({ extra }, _id, _payload, errors) => told(extra, errors)
  })
}

function requireSubscription(
  { operationName }: { readonly operationName?: string | undefined },
  document: DocumentNode
): void {
  const operation = getOperationAST(document, operationName)?.operation
  if (operation === OperationTypeNode.SUBSCRIPTION) return
  throw new SightlineError(
    'SL_REQUEST_INVALID',
    'A connection is for one subscription: queries and changes go by POST.'
  )
}

/** As the protocol's server takes them; it has them told by `onError`. */
function errorsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof AggregateError) return error.errors
  return [error instanceof GraphQLError ? error : new GraphQLError(String(error), { originalError: error as Error })]
}

/** Somebody who follows things. What they may do now is asked of each again whenever it was looked up. */
class Connection {
  readonly #socket: Socket
  readonly #visitor: Visitor
  readonly #sources: () => Sources
  readonly #kept = new Map<Failing, Review>()
  #countedMs = Number.NEGATIVE_INFINITY
  #messages = 0
  #isGone = false

  constructor(socket: Socket, visitor: Visitor, sources: () => Sources) {
    this.#socket = socket
    this.#visitor = visitor
    this.#sources = sources
    visitor.onLookedUp(() => this.#review())
  }

  get principal(): Principal {
    return this.#visitor.principal
  }

  following(): Following {
    return Object.assign(
      askingOf(this.#sources, () => this.principal),
      {
        closed: (code: number, reason: string) => this.#socket.close(code, reason),
        keep: (source: Failing, review: Review) => {
          this.#kept.set(source, review)
          // While it was begun its reader may have gone, or may no longer have it.
          if (this.#isGone) source.fail(gone())
          this.#review()
        }
      }
    )
  }

  converse(protocol: Server, left: () => void): Conversation {
    const socket = this.#socket
    const ending = Promise.withResolvers<void>()
    let hear: (text: string) => Promise<void> = async () => undefined
    const end = protocol.opened(
      {
        protocol: GRAPHQL_TRANSPORT_WS_PROTOCOL,
        // Who is gone takes nothing, and nobody waits for it.
        send: text => {
          socket.send(text)
          return Promise.race([new Promise<void>(resolve => socket.whenTaken(resolve)), ending.promise])
        },
        close: (code = 1000, reason = '') => socket.close(code, reason),
        onMessage: listener => {
          hear = listener
        }
      },
      this
    )
    return {
      message: data => {
        if (this.#isFlood()) return socket.close(closeCodes.flood, 'Too many messages.')
        hear(data.toString()).catch(() => socket.close(CloseCode.InternalServerError, 'Something unforeseen happened.'))
      },
      closed: () => {
        left()
        this.#isGone = true
        ending.resolve()
        for (const source of this.#kept.keys()) source.fail(gone())
        void end()
      }
    }
  }

  /** What has ended is forgotten here: each connection's is looked at every 2 s. */
  #review(): void {
    for (const [source, review] of this.#kept) {
      if (!source.isOver)
        try {
          review(this.#visitor.principal)
          continue
        } catch (error) {
          source.fail(error as Error)
        }
      this.#kept.delete(source)
    }
  }

  #isFlood(): boolean {
    const now = performance.now()
    if (now - this.#countedMs > messagesMs) {
      this.#countedMs = now
      this.#messages = 0
    }
    return ++this.#messages > mostMessages
  }
}

function gone(): SightlineError {
  return new SightlineError('SL_CANCELLED', 'The connection is gone.')
}
