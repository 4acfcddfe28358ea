import type { FastifyInstance } from 'fastify'
import Value from 'typebox/value'
import type { AccessRule } from '../../access/access-rule.ts'
import { Credentials, NewPassword, SessionState } from '../../contract/api/session.ts'
import { SightlineError } from '../../core/errors.ts'
import { describedAnswers } from '../rest/route-answers.ts'
import type { Accounts } from './accounts.ts'
import type { Principals } from './principals.ts'
import { givenCookies, takenCookies } from './session-cookies.ts'
import type { SessionSigner } from './session-signer.ts'
import type { SignIn } from './sign-in.ts'

export interface SessionRoutes {
  readonly signIn: SignIn
  readonly accounts: Accounts
  readonly principals: Principals
  readonly signer: () => SessionSigner
}

const path = '/api/v1/session'
const open: AccessRule = { open: true }
const own: AccessRule = { area: 'users', need: 'view', stream: 'none' }

/** `/api/v1/session`: who one is, signing in and out for pages with scripts. `/.well-known/jwks.json`: what is signed with. */
export function sessionRoutes(server: FastifyInstance, parts: SessionRoutes): void {
  const { signer } = parts
  who(server, parts)
  beginAndEnd(server, parts)
  ownPassword(server, parts)
  server.get('/.well-known/jwks.json', { config: { access: open } }, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=60')
    return signer().publicKeys()
  })
}

function who(server: FastifyInstance, { principals }: SessionRoutes): void {
  const response = describedAnswers({ access: open, answers: { 200: SessionState } })
  const schema = { summary: 'Who asks', tags: ['session'], security: [], response }
  server.get(path, { config: { access: open }, schema }, async ({ principal }, reply): Promise<SessionState> => {
    reply.header('cache-control', 'no-store')
    const isSetUp = await principals.isSetUp()
    if (!principal) return { isSetUp, who: null }
    const { actor, userId, role, scopes } = principal
    return { isSetUp, who: { actor, userId: userId ?? null, role, scopes: scopes ? [...scopes] : null } }
  })
}

function beginAndEnd(server: FastifyInstance, { signIn }: SessionRoutes): void {
  const signingIn = {
    summary: 'Sign in: the answer gives a browser its cookies',
    tags: ['session'],
    security: [],
    body: Credentials,
    response: describedAnswers({ access: open, answers: { 204: null }, body: Credentials, problems: [401, 403] })
  }
  server.post(path, { config: { access: open, rate: 'signIns' }, schema: signingIn }, async (request, reply) => {
    const { name, password } = checked(Credentials, request.body)
    const cookies = givenCookies(request.raw, await signIn.byPassword(request.raw, name, password))
    return reply
      .headers({ 'set-cookie': [...cookies], 'cache-control': 'no-store' })
      .code(204)
      .send()
  })

  const signingOut = {
    summary: 'Sign out: what the cookies were good for is over',
    tags: ['session'],
    security: [],
    response: describedAnswers({ access: open, answers: { 204: null }, problems: [403] })
  }
  server.delete(path, { config: { access: open }, schema: signingOut }, async (request, reply) => {
    const { caller } = request
    if (caller?.session !== undefined) await signIn.end(caller.session, caller.principal.actor)
    return reply
      .header('set-cookie', [...takenCookies(request.raw)])
      .code(204)
      .send()
  })
}

function ownPassword(server: FastifyInstance, { signIn, accounts }: SessionRoutes): void {
  const schema = {
    summary: 'A new password for whoever is signed in; other browsers are signed out',
    tags: ['session'],
    body: NewPassword,
    response: describedAnswers({ access: own, answers: { 204: null }, body: NewPassword })
  }
  server.put(`${path}/password`, { config: { access: own, rate: 'signIns' }, schema }, async (request, reply) => {
    const { session, principal } = request.caller ?? {}
    const userId = principal?.userId
    if (session === undefined || userId === undefined)
      throw new SightlineError('SL_NOT_PERMITTED', 'Whoever is signed in may change their password, and no token.')
    const { password, next } = checked(NewPassword, request.body)
    await signIn.slowed(request.raw, principal!, () => accounts.changeOwnPassword(userId, password, next, session))
    return reply.code(204).send()
  })
}

/** @throws SL_REQUEST_INVALID, which repeats nothing of what was sent */
function checked<Schema extends typeof Credentials | typeof NewPassword>(schema: Schema, body: unknown) {
  if (Value.Check(schema, body)) return body
  throw new SightlineError('SL_REQUEST_INVALID', 'The body has to be JSON with the fields that are documented.')
}
