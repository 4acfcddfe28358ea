import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Value from 'typebox/value'
import type { GuardedRule } from '../access/access-rule.ts'
import { Name } from '../contract/geometry.ts'
import { type ErrorCode, SightlineError } from '../core/errors.ts'
import type { OpenedSession } from '../live/webrtc/session-table.ts'
import type { ClientServer } from '../live/webrtc/webrtc-settings.ts'
import { sendProblem } from './problem.ts'
import type { Refusals } from './refusals.ts'

/** Sessions that begin with an offer over HTTP: a `Whep`, a `Whip`. */
export interface OfferedSessions {
  offer(stream: string, sdp: string, description: string): Promise<OpenedSession>
  patch(session: string, fragment: string): void
  /** `by` us: whoever asked for it may have it no longer. */
  end(session: string, by?: 'peer' | 'us'): void
  find(session: string): { readonly stream: string; readonly tag: string } | undefined
}

export interface WebrtcRoutes {
  readonly whep: OfferedSessions
  readonly whip: OfferedSessions
  readonly refusals: Refusals
  /** What clients are told to reach us by, where the direct way is closed. */
  readonly clientServers?: readonly ClientServer[]
}

const description = 'application/sdp'
const fragment = 'application/trickle-ice-sdpfrag'
const mostBytes = 64 * 1024
/** What RFC 9725 §4.2 and §4.3 answer where HTTP's usual statuses would say something else. */
const statuses: Partial<Record<ErrorCode, number>> = {
  SL_OFFER_UNUSABLE: 422,
  SL_SESSION_RESTART: 422,
  SL_SESSION_LIMIT: 503
}
const retryAfterSeconds = 10

/** `/whep/{stream}` to watch (draft-ietf-wish-whep), `/whip/{stream}` to send (RFC 9725). */
export function webrtcRoutes(
  server: FastifyInstance,
  { whep, whip, refusals, clientServers = [] }: WebrtcRoutes
): void {
  const links = clientServers.map(linkOf).join(', ')
  void server.register(async scope => {
    scope.removeAllContentTypeParsers()
    const parsing = { parseAs: 'string', bodyLimit: mostBytes } as const
    scope.addContentTypeParser([description, fragment], parsing, async (_request: unknown, body: string) => body)
    signalling(scope, '/whep', { sessions: whep, onSend: refusals.countedAs('whep'), links })
    signalling(scope, '/whip', { sessions: whip, onSend: refusals.countedAs('whip'), links })
  })
}

type StreamRequest = FastifyRequest<{ Params: { stream: string; session?: string } }>

/** What whoever watches, or sends, may do. */
const watching: GuardedRule = { area: 'live', need: 'view', stream: 'each' }
const sending: GuardedRule = { area: 'live', need: 'operate', stream: 'each' }

interface Signalling {
  readonly sessions: OfferedSessions
  readonly onSend: ReturnType<Refusals['countedAs']>
  readonly links: string
}

function signalling(server: FastifyInstance, path: '/whep' | '/whip', { sessions, onSend, links }: Signalling): void {
  const config = { access: path === '/whep' ? watching : sending }
  const endpoint = `${path}/:stream`
  const opened = `${endpoint}/:session`

  server.options(endpoint, { config }, async (_request, reply) => {
    reply.headers({ allow: 'OPTIONS, POST', 'accept-post': description, ...(links && { link: links }) })
    return reply.code(204).send()
  })

  server.post(endpoint, { config, onSend }, (request: StreamRequest, reply) =>
    answered(reply, async () => {
      const { stream } = request.params
      const sdp = bodyOf(request, description)
      if (!Value.Check(Name, stream)) throw new SightlineError('SL_STREAM_UNKNOWN', 'No stream can have that name.')
      const { session, answer, location, tag } = await sessions.offer(
        stream,
        sdp,
        `${path.slice(1).toUpperCase()} from ${request.ip}`
      )
      request.stay(
        () => sessions.end(session, 'us'),
        () => sessions.find(session) !== undefined
      )
      reply.headers({ location, etag: `"${tag}"`, 'accept-patch': fragment, 'cache-control': 'no-store' })
      if (links) reply.header('link', links)
      return reply.code(201).type(description).send(answer)
    })
  )

  server.patch(opened, { config, onSend }, (request: StreamRequest, reply) =>
    answered(reply, () => {
      const id = sessionOf(request, sessions)
      const expected = request.headers['if-match']
      const { tag } = sessions.find(id)!
      if (expected !== undefined && expected !== '*' && expected !== `"${tag}"`)
        return sendProblem(reply, 412, 'SL_REQUEST_INVALID', 'The session is not in the state that If-Match names.')
      sessions.patch(id, bodyOf(request, fragment))
      return reply.code(204).send()
    })
  )

  // Nothing is counted: to end what has ended already is no mistake.
  server.delete(opened, { config }, (request: StreamRequest, reply) =>
    answered(reply, () => {
      sessions.end(sessionOf(request, sessions))
      return reply.code(200).send()
    })
  )

  for (const [url, allow] of [
    [endpoint, 'OPTIONS, POST'],
    [opened, 'DELETE, PATCH']
  ] as const) {
    server.route({
      method: ['GET', 'PUT'],
      url,
      config,
      handler: async (_request, reply) => {
        reply.header('allow', allow)
        return sendProblem(reply, 405, 'SL_REQUEST_INVALID', `Here, only ${allow} mean something.`)
      }
    })
  }
}

async function answered(reply: FastifyReply, handle: () => FastifyReply | Promise<FastifyReply>) {
  try {
    return await handle()
  } catch (error) {
    const status = error instanceof SightlineError ? statuses[error.code] : undefined
    if (!(error instanceof SightlineError) || status === undefined) throw error
    if (status === 503) reply.header('retry-after', retryAfterSeconds)
    return sendProblem(reply, status, error.code, error.message)
  }
}

function bodyOf({ headers, body }: FastifyRequest, type: string): string {
  const given = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (given !== type) {
    const error = new Error(`The content has to be ${type}.`)
    throw Object.assign(error, { statusCode: 415 })
  }
  return typeof body === 'string' ? body : ''
}

/** A session is found only under its stream's path. @throws SL_SESSION_UNKNOWN */
function sessionOf({ params: { stream, session = '' } }: StreamRequest, sessions: OfferedSessions): string {
  if (sessions.find(session)?.stream === stream) return session
  throw new SightlineError('SL_SESSION_UNKNOWN', 'There is no such session: it ended, or never was.')
}

/** RFC 9725 §4.6. */
function linkOf({ url, username, credential }: ClientServer): string {
  const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
  const login =
    username === undefined || credential === undefined
      ? ''
      : `; username=${quoted(username)}; credential=${quoted(credential)}; credential-type="password"`
  return `<${url}>; rel="ice-server"${login}`
}
