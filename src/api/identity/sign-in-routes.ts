import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import { statusOf } from '../problem.ts'
import type { FirstAdmin } from './first-admin.ts'
import { filled, ownPath, takeForms } from './form.ts'
import { sendNotSetUpPage, sendOnwardPage, sendSetUpPage, sendSignInPage } from './pages.ts'
import type { Principals } from './principals.ts'
import { givenCookies, takenCookies } from './session-cookies.ts'
import type { SignIn } from './sign-in.ts'

export interface SignInRoutes {
  readonly signIn: SignIn
  readonly firstAdmin: FirstAdmin
  readonly principals: Principals
  /** What the other way to sign in is called, while there is one. */
  readonly other: () => string | undefined
}

const open = { config: { access: { open: true }, rate: 'signIns' } } as const

/** The plain pages: `/sign-in`, `/sign-out`, and `/set-up?token=…` until somebody is there. */
export function signInRoutes(server: FastifyInstance, parts: SignInRoutes): void {
  void server.register(async scope => {
    takeForms(scope)
    signInPage(scope, parts)
    setUpPage(scope, parts)
  })
}

/** What a person gets who is a stranger, in place of what they asked for. */
export async function welcome(
  principals: Principals,
  request: FastifyRequest,
  reply: FastifyReply,
  other?: string
): Promise<FastifyReply> {
  const next = ownPath(request.url)
  if (request.headers['sec-fetch-site'] === 'cross-site') return sendOnwardPage(reply, next)
  if (await principals.isSetUp()) return sendSignInPage(reply, { status: 401, next, other })
  return sendNotSetUpPage(reply, 401)
}

function signInPage(scope: FastifyInstance, { signIn, principals, other }: SignInRoutes): void {
  scope.get('/sign-in', open, async (request, reply) => {
    if (!(await principals.isSetUp())) return sendNotSetUpPage(reply, 200)
    const { next = '/' } = request.query as { next?: unknown }
    return sendSignInPage(reply, { status: 200, next: ownPath(String(next)), other: other() })
  })

  scope.post('/sign-in', open, async (request, reply) => {
    const [name = '', password = '', next = ''] = filled(request, 'name', 'password', 'next')
    try {
      const cookies = await signIn.byPassword(request.raw, name, password)
      return reply.headers(given(givenCookies(request.raw, cookies))).redirect(ownPath(next), 303)
    } catch (error) {
      const { status, note } = told(error, 'SL_SIGN_IN_REFUSED', 'SL_SIGN_IN_TRIES')
      return sendSignInPage(reply, { status, next: ownPath(next), name, note, other: other() })
    }
  })

  scope.post('/sign-out', open, async (request, reply) => {
    const { caller } = request
    if (caller?.session !== undefined) await signIn.end(caller.session, caller.principal.actor)
    return reply.headers(given(takenCookies(request.raw))).redirect('/sign-in', 303)
  })
}

function setUpPage(scope: FastifyInstance, { signIn, firstAdmin }: SignInRoutes): void {
  scope.get('/set-up', open, async (request, reply) => {
    const { token } = request.query as { token?: unknown }
    try {
      await firstAdmin.requireToken(request.raw, String(token ?? ''))
      return sendSetUpPage(reply, { status: 200, token: String(token) })
    } catch (error) {
      const { status, note } = told(error, 'SL_SET_UP_REFUSED', 'SL_SIGN_IN_TRIES')
      return sendNotSetUpPage(reply, status, note)
    }
  })

  scope.post('/set-up', open, async (request, reply) => {
    const [token = '', name = '', password = '', again = ''] = filled(request, 'token', 'name', 'password', 'again')
    try {
      await firstAdmin.requireToken(request.raw, token)
    } catch (error) {
      const { status, note } = told(error, 'SL_SET_UP_REFUSED', 'SL_SIGN_IN_TRIES')
      return sendNotSetUpPage(reply, status, note)
    }
    if (password !== again)
      return sendSetUpPage(reply, { status: 400, token, name, note: 'The passwords are not the same.' })
    try {
      const user = await firstAdmin.create(request.raw, token, name, password)
      const cookies = await signIn.begin(request.raw, user)
      return reply.headers(given(givenCookies(request.raw, cookies))).redirect('/', 303)
    } catch (error) {
      const { status, note } = told(error, 'SL_PASSWORD_WEAK', 'SL_QUERY_INVALID', 'SL_SET_UP_REFUSED')
      return sendSetUpPage(reply, { status, token, name, note })
    }
  })
}

function given(cookies: readonly string[]) {
  return { 'set-cookie': [...cookies], 'cache-control': 'no-store' }
}

/** What a page says of an error that is for people. Throws any other. */
function told(error: unknown, ...codes: readonly ErrorCode[]): { readonly status: number; readonly note: string } {
  if (error instanceof SightlineError && codes.includes(error.code))
    return { status: statusOf(error), note: error.message }
  throw error
}
