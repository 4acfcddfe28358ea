import { ById } from '../../contract/api/recording.ts'
import { NewIdentity, UserIdentity } from '../../contract/api/user.ts'
import { findIdentity, linkIdentity, unlinkIdentity } from '../resources/user-identities.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const path = '/api/v1/users/:id/identity'
const access = { area: 'users', need: 'administer', stream: 'none' } as const
const tag = 'users'

/** `/api/v1/users/…/identity`: as whom the identity provider knows somebody who was here before. */
export function identityRoutes(scope: RestScope): void {
  addRoute(scope, {
    method: 'GET',
    path,
    access,
    ...{ tag, summary: 'As whom the identity provider knows a user, where it was said' },
    params: ById,
    tagged: true,
    answers: { 200: UserIdentity },
    handle: ({ sources, params }) => findIdentity(sources, params.id)
  })
  addRoute(scope, {
    method: 'PUT',
    path,
    access,
    ...{
      tag,
      summary: 'Link a user to what the identity provider calls them',
      description:
        'In the place of what was said before; then they are signed out, as is the user who was made for this subject. `access.oidc.links` go before it.'
    },
    params: ById,
    body: NewIdentity,
    answers: { 200: UserIdentity },
    problems: [409],
    handle: ({ sources, principal, params, body }) => linkIdentity(sources, principal, params.id, body)
  })
  addRoute(scope, {
    method: 'DELETE',
    path,
    access,
    ...{
      tag,
      summary: 'Take back the link that was made here',
      description:
        'They are signed out. Users whom the identity provider’s people became, and `access.oidc.links`, are let in still.'
    },
    params: ById,
    answers: { 204: null },
    handle: ({ sources, principal, params }) => unlinkIdentity(sources, principal, params.id)
  })
}
