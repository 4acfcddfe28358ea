import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import Value from 'typebox/value'
import type { GuardedRule } from '../../access/access-rule.ts'
import { Credentials, NewPassword, type SessionState } from '../../contract/api/session.ts'
import { SightlineError } from '../../core/errors.ts'
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

const open = { config: { access: { open: true } } } as const
const own: GuardedRule = { area: 'users', need: 'view', stream: 'none' }

/** `/api/v1/session`: who one is, signing in and out for pages with scripts. `/.well-known/jwks.json`: what is signed with. */
export function sessionRoutes(server: FastifyInstance, { signIn, accounts, principals, signer }: SessionRoutes): void {
  const path = '/api/v1/session'

  server.get(path, open, async ({ principal }, reply): Promise<SessionState> => {
    reply.header('cache-control', 'no-store')
    const isSetUp = await principals.isSetUp()
    if (!principal) return { isSetUp, who: null }
    const { actor, userId, role, scopes } = principal
    return { isSetUp, who: { actor, userId: userId ?? null, role, scopes: scopes ? [...scopes] : null } }
  })

  server.post(path, open, async (request, reply) => {
    const { name, password } = bodyOf(request, Credentials)
    const cookies = await signIn.byPassword(request.raw, name, password)
    return reply
      .headers({ 'set-cookie': [...givenCookies(request.raw, cookies)], 'cache-control': 'no-store' })
      .code(204)
      .send()
  })

  server.delete(path, open, async (request, reply) => {
    const { caller } = request
    if (caller?.session !== undefined) await signIn.end(caller.session, caller.principal.actor)
    return reply
      .header('set-cookie', [...takenCookies(request.raw)])
      .code(204)
      .send()
  })

  server.put(`${path}/password`, { config: { access: own } }, async (request, reply) => {
    const { caller } = request
    if (caller?.session === undefined || caller.principal.userId === undefined)
      throw new SightlineError('SL_NOT_PERMITTED', 'Whoever is signed in may change their password, and no token.')
    const { password, next } = bodyOf(request, NewPassword)
    await signIn.slowed(request.raw, caller.principal, () =>
      accounts.changeOwnPassword(caller.principal.userId!, password, next, caller.session)
    )
    return reply.code(204).send()
  })

  server.get('/.well-known/jwks.json', open, async (_request, reply) => {
    reply.header('cache-control', 'public, max-age=60')
    return signer().publicKeys()
  })
}

/** @throws SL_REQUEST_INVALID, which repeats nothing of what was sent */
function bodyOf<Schema extends TSchema>({ body }: FastifyRequest, schema: Schema): Static<Schema> {
  if (Value.Check(schema, body)) return body as Static<Schema>
  throw new SightlineError('SL_REQUEST_INVALID', 'The body has to be JSON with the fields that are documented.')
}
