import Type from 'typebox'
import { closed } from '../../contract/api/fields.ts'
import { ById } from '../../contract/api/recording.ts'
import {
  Grant,
  GrantPlace,
  Invitation,
  IssuedToken,
  NewGrant,
  NewInvitation,
  NewToken,
  NewUser,
  OpenInvitation,
  Token,
  User,
  UserChange
} from '../../contract/api/user.ts'
import {
  addUser,
  changeUser,
  findUser,
  giveGrant,
  inviteUser,
  issueToken,
  listGrants,
  listInvitations,
  listTokens,
  listUsers,
  removeUser,
  revokeToken,
  takeGrant,
  takeInvitationBack
} from '../resources/users.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const administer = { area: 'users', need: 'administer', stream: 'none' } as const
/** Everybody's own: what may be done with it is judged where it is done. */
const own = { area: 'users', need: 'view', stream: 'none' } as const
const Grants = Type.Object({ items: Type.Array(Grant) }, closed)

/** `/api/v1/users`: who may sign in, and what they were granted. */
export function userRoutes(scope: RestScope): void {
  const tag = 'users'
  addList(scope, {
    path: '/api/v1/users',
    access: administer,
    ...{ tag, summary: 'Users by name' },
    item: User,
    page: ({ sources, query }) => listUsers(sources, query)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/users',
    access: administer,
    ...{ tag, summary: 'Add a user' },
    body: NewUser,
    once: true,
    answers: { 201: User },
    async handle({ sources, principal, body, reply }) {
      const user = await addUser(sources, principal, body)
      reply.header('location', `/api/v1/users/${user.id}`)
      return user
    }
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/users/:id',
    access: administer,
    ...{ tag, summary: 'A user' },
    params: ById,
    tagged: true,
    answers: { 200: User },
    handle: ({ sources, params }) => findUser(sources, params.id)
  })
  addRoute(scope, {
    method: 'PATCH',
    path: '/api/v1/users/:id',
    access: administer,
    ...{ tag, summary: 'Change a user', description: 'It holds within 5 s, for what is open too.' },
    params: ById,
    body: UserChange,
    answers: { 200: User },
    problems: [409],
    now: ({ sources, params }) => findUser(sources, params.id),
    handle: ({ sources, principal, params, body }, seen) => changeUser(sources, principal, params.id, body, seen)
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/users/:id',
    access: administer,
    ...{ tag, summary: 'Remove a user, with their grants and tokens' },
    params: ById,
    answers: { 204: null },
    problems: [409],
    now: ({ sources, params }) => findUser(sources, params.id),
    handle: ({ sources, principal, params }, seen) => removeUser(sources, principal, params.id, seen)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/users/:id/invitation',
    access: administer,
    ...{
      tag,
      summary: 'A link by which they choose a password',
      description: 'It works once, and replaces the one before. Their password until then holds until it is used.'
    },
    params: ById,
    body: NewInvitation,
    once: true,
    answers: { 201: Invitation },
    handle: ({ sources, principal, params, body }) => inviteUser(sources, principal, params.id, body)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/invitations',
    access: administer,
    ...{ tag, summary: 'Links to choose a password by that can still be used, those that end first before the others' },
    answers: { 200: Type.Object({ items: Type.Array(OpenInvitation) }, closed) },
    handle: async ({ sources }) => ({ items: await listInvitations(sources) })
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/users/:id/invitation',
    access: administer,
    ...{ tag, summary: 'Take the link back by which they choose a password' },
    params: ById,
    answers: { 204: null },
    handle: ({ sources, principal, params }) => takeInvitationBack(sources, principal, params.id)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/users/:id/grants',
    access: administer,
    ...{ tag: 'grants', summary: 'What a user was granted' },
    params: ById,
    answers: { 200: Grants },
    handle: async ({ sources, params }) => ({ items: await listGrants(sources, params.id) })
  })
  addRoute(scope, {
    method: 'PUT',
    path: '/api/v1/users/:id/grants',
    access: administer,
    ...{
      tag: 'grants',
      summary: 'Grant a stream, a site or all there are',
      description: 'Replaces what was granted there.'
    },
    params: ById,
    body: NewGrant,
    answers: { 200: Grants },
    handle: async ({ sources, principal, params, body }) => ({
      items: await giveGrant(sources, principal, params.id, body)
    })
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/users/:id/grants/:scope/:scopeId',
    access: administer,
    ...{ tag: 'grants', summary: 'Take a grant away' },
    params: GrantPlace,
    answers: { 204: null },
    handle: ({ sources, principal, params }) => takeGrant(sources, principal, params)
  })
}

/** `/api/v1/tokens`: what programs show instead of a password. Everybody has their own. */
export function tokenRoutes(scope: RestScope): void {
  const tag = 'tokens'
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/tokens',
    access: own,
    ...{ tag, summary: 'Your tokens, the newest first' },
    answers: { 200: Type.Object({ items: Type.Array(Token) }, closed) },
    handle: async ({ sources, principal }) => ({ items: await listTokens(sources, principal) })
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/tokens',
    access: own,
    ...{ tag, summary: 'Issue a token for a program', description: 'It is shown once, and can do no more than you.' },
    body: NewToken,
    once: true,
    answers: { 201: IssuedToken },
    handle: ({ sources, principal, body }) => issueToken(sources, principal, body)
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/tokens/:id',
    access: own,
    ...{ tag, summary: 'Revoke one of your tokens' },
    params: ById,
    answers: { 204: null },
    handle: ({ sources, principal, params }) => revokeToken(sources, principal, params.id)
  })
}
