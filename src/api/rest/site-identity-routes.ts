import { ById } from '../../contract/api/recording.ts'
import {
  IdentityMerge,
  IdentitySplit,
  IdentityTrack,
  SiteIdentity,
  SiteIdentityQuery
} from '../../contract/api/site-identity.ts'
import {
  findSiteIdentity,
  listIdentityTracks,
  listSiteIdentities,
  mergeSiteIdentities,
  splitSiteIdentity
} from '../resources/site-identities.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'identities'
const view = { area: 'tracks', need: 'view', stream: 'found' } as const
const operate = { ...view, need: 'operate' } as const

/** `/api/v1/identities`: who was seen in the streams of sites, where tracks are known again across them. */
export function siteIdentityRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/identities',
    access: { ...view, stream: 'none' },
    ...{
      tag,
      summary: 'Who was seen at sites, those who were first known last first',
      description:
        'Where streams have `reid.scope: site`. A track is somebody’s a while after it has ended. A page may have fewer than were asked for, and a next one all the same.'
    },
    query: SiteIdentityQuery,
    item: SiteIdentity,
    page: ({ sources, principal, query }) => listSiteIdentities(sources, principal, query)
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/identities/:id',
    access: view,
    ...{ tag, summary: 'Somebody who was seen' },
    params: ById,
    tagged: true,
    answers: { 200: SiteIdentity },
    handle: ({ sources, principal, params }) => findSiteIdentity(sources, principal, params.id)
  })
  addList(scope, {
    path: '/api/v1/identities/:id/tracks',
    access: view,
    ...{ tag, summary: 'Their tracks, those that began last first' },
    params: ById,
    item: IdentityTrack,
    problems: [404],
    page: ({ sources, principal, params, query }) => listIdentityTracks(sources, principal, params.id, query)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/identities/:id/merge',
    access: operate,
    ...{
      tag,
      summary: 'Say that two are one',
      description: 'What was seen of the one is the other’s from now on, who is the answer. No machine takes it back.'
    },
    params: ById,
    body: IdentityMerge,
    once: true,
    answers: { 200: SiteIdentity },
    handle: ({ sources, principal, params, body }) => mergeSiteIdentities(sources, principal, params.id, body)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/identities/:id/split',
    access: operate,
    ...{
      tag,
      summary: 'Say that some of their tracks are somebody else’s',
      description: 'Who is the answer. No machine takes it back.'
    },
    params: ById,
    body: IdentitySplit,
    once: true,
    answers: { 201: SiteIdentity },
    handle: ({ sources, principal, params, body }) => splitSiteIdentity(sources, principal, params.id, body)
  })
}
