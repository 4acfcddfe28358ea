import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import { ownPath, takeForms } from '../identity/form.ts'
import { sendNotSetUpPage, sendOnwardPage, sendSignInPage } from '../identity/pages.ts'
import type { Principals } from '../identity/principals.ts'
import { givenCookies, takenCookies } from '../identity/session-cookies.ts'
import type { SignIn } from '../identity/sign-in.ts'
import { statusOf } from '../problem.ts'
import { isEncrypted, originOf } from '../request-origin.ts'
import type { OidcSignIn } from './oidc-sign-in.ts'

export interface OidcRoutes {
  readonly oidc: OidcSignIn
  readonly signIn: SignIn
  readonly principals: Principals
}

const noStore = { 'cache-control': 'no-store' }
const full = 'Nobody new can be let in now: ask whoever runs this server.'
const told: ReadonlySet<ErrorCode> = new Set(['SL_SIGN_IN_REFUSED', 'SL_NAME_TAKEN', 'SL_IDENTITY_PROVIDER'])

/** `/auth/oidc/start`, `/auth/oidc/callback`, and `/auth/oidc/sign-out`, which signs out there too: while there is a provider. */
export function oidcRoutes(server: FastifyInstance, { oidc, signIn, principals }: OidcRoutes): void {
  const open = {
    config: { access: { open: true }, rate: 'signIns' },
    preHandler: async (_: FastifyRequest, reply: FastifyReply) =>
      oidc.title === undefined ? reply.callNotFound() : undefined
  } as const
  server.get('/auth/oidc/start', open, async (request, reply) => {
    if (!(await principals.isSetUp())) return sendNotSetUpPage(reply, 403)
    const { next } = request.query as { next?: unknown }
    try {
      const { url, pending } = await oidc.begin(originOf(request.raw), ownPath(String(next ?? '')))
      return reply.headers({ ...noStore, 'set-cookie': cookie(request.raw, pending, 600) }).redirect(url, 302)
    } catch (error) {
      return sendSignInPage(reply, { ...noteOf(error), next: '/', other: oidc.title })
    }
  })

  server.get('/auth/oidc/callback', open, async (request, reply) => {
    const gone = cookie(request.raw, '', 0)
    try {
      const query = request.raw.url?.split('?', 2)[1] ?? ''
      const { cookies, next } = await oidc.end(request.raw, cookieOf(request.raw), query)
      reply.header('set-cookie', [gone, ...givenCookies(request.raw, cookies)])
      // Strict cookies are not sent on a way that began at another site: our own page leads on.
      return sendOnwardPage(reply, next)
    } catch (error) {
      reply.header('set-cookie', gone)
      return sendSignInPage(reply, { ...noteOf(error), next: '/', other: oidc.title })
    }
  })

  void server.register(async scope => {
    takeForms(scope)
    scope.post('/auth/oidc/sign-out', open, async (request, reply) => {
      const { caller } = request
      if (caller?.session !== undefined) await signIn.end(caller.session, caller.principal.actor)
      const there = await oidc.ending(originOf(request.raw)).catch(() => undefined)
      return sendOnwardPage(reply.header('set-cookie', [...takenCookies(request.raw)]), there ?? '/sign-in')
    })
  })
}

/** Lax: it has to come along where the provider sends somebody back. It is worth nothing without what comes with it. */
function cookie(request: IncomingMessage, value: string, seconds: number): string {
  const secure = isEncrypted(request) ? '; Secure' : ''
  return `${nameOf(request)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`
}

function cookieOf(request: IncomingMessage): string {
  const start = `${nameOf(request)}=`
  const pairs = (request.headers.cookie ?? '').split(';').map(pair => pair.trim())
  return pairs.find(pair => pair.startsWith(start))?.slice(start.length) ?? ''
}

function nameOf(request: IncomingMessage): string {
  return isEncrypted(request) ? '__Host-sightline-oidc' : 'sightline-oidc'
}

/** What a page says of an error that is for people. Throws any other. */
function noteOf(error: unknown): { readonly status: number; readonly note: string } {
  if (!(error instanceof SightlineError)) throw error
  // How many there are is for admins: the audit has it.
  if (error.code === 'SL_LIMIT_REACHED') return { status: statusOf(error), note: full }
  if (told.has(error.code)) return { status: statusOf(error), note: error.message }
  throw error
}
