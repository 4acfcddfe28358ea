import Type from 'typebox'
import { closed } from '../../contract/api/fields.ts'
import { ById } from '../../contract/api/recording.ts'
import { OfUser, Session, Token } from '../../contract/api/user.ts'
import {
  endOtherSessions,
  endSession,
  endSessionOf,
  endSessionsOf,
  listEverybodysSessions,
  listSessions,
  listSessionsOf
} from '../resources/sessions.ts'
import { listTokensOf, revokeTokenOf } from '../resources/users.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute, type Call } from './route.ts'

const administer = { area: 'users', need: 'administer', stream: 'none' } as const
/** Everybody's own: what may be done with it is judged where it is done. */
const own = { area: 'users', need: 'view', stream: 'none' } as const
const Sessions = Type.Object({ items: Type.Array(Session) }, closed)

/** The session that asks. */
const asking = ({ request }: Pick<Call, 'request'>) => request.caller?.session

/** `/api/v1/sessions`: browsers that are signed in. Everybody has their own; admins see everybody's. */
export function sessionListRoutes(scope: RestScope): void {
  const tag = 'sessions'
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/sessions',
    access: own,
    ...{ tag, summary: 'Browsers in which you are signed in, the newest first' },
    answers: { 200: Sessions },
    handle: async call => ({ items: await listSessions(call.sources, call.principal, asking(call)) })
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/sessions',
    access: own,
    ...{ tag, summary: 'Sign all your browsers out, but for the one that asks' },
    answers: { 204: null },
    handle: call => endOtherSessions(call.sources, call.principal, asking(call))
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/sessions/:id',
    access: own,
    ...{ tag, summary: 'Sign one of your browsers out' },
    params: ById,
    answers: { 204: null },
    handle: ({ sources, principal, params }) => endSession(sources, principal, params.id)
  })
  addList(scope, {
    path: '/api/v1/sessions/everybody',
    access: administer,
    ...{ tag, summary: 'Everybody’s browsers that are signed in, those that were heard of last first' },
    item: Session,
    page: call => listEverybodysSessions(call.sources, call.query, call.request.caller?.session)
  })
}

/** `/api/v1/users/…/sessions`, `/api/v1/users/…/tokens`: what somebody is signed in with, for admins to end. */
export function userAccessRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/users/:id/sessions',
    access: administer,
    ...{ tag: 'sessions', summary: 'Browsers in which a user is signed in, the newest first' },
    params: ById,
    answers: { 200: Sessions },
    handle: async call => ({ items: await listSessionsOf(call.sources, call.params.id, call.request.caller?.session) })
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/users/:id/sessions',
    access: administer,
    ...{ tag: 'sessions', summary: 'Sign a user out everywhere, but for the browser that asks' },
    params: ById,
    answers: { 204: null },
    handle: call => endSessionsOf(call.sources, call.principal, call.params.id, call.request.caller?.session)
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/users/:id/sessions/:of',
    access: administer,
    ...{ tag: 'sessions', summary: 'Sign a user’s browser out' },
    params: OfUser,
    answers: { 204: null },
    handle: ({ sources, principal, params }) => endSessionOf(sources, principal, params)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/users/:id/tokens',
    access: administer,
    ...{ tag: 'tokens', summary: 'Tokens of a user, the newest first' },
    params: ById,
    answers: { 200: Type.Object({ items: Type.Array(Token) }, closed) },
    handle: async ({ sources, params }) => ({ items: await listTokensOf(sources, params.id) })
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/users/:id/tokens/:of',
    access: administer,
    ...{ tag: 'tokens', summary: 'Revoke a token of a user' },
    params: OfUser,
    answers: { 204: null },
    handle: ({ sources, principal, params }) => revokeTokenOf(sources, principal, params)
  })
}
