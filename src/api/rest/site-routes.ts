import { ById } from '../../contract/api/recording.ts'
import { NewSite, Site, SiteChange } from '../../contract/api/site.ts'
import { changeSite, createSite, findSite, listSites, removeSite } from '../resources/sites.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'sites'
const view = { area: 'streams', need: 'view', stream: 'none' } as const
const administer = { ...view, need: 'administer' } as const

/** `/api/v1/sites`: places with streams. */
export function siteRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/sites',
    access: view,
    ...{ tag, summary: 'Places with streams, by id' },
    item: Site,
    page: ({ sources, principal, query }) => listSites(sources, principal, query)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/sites',
    access: administer,
    ...{ tag, summary: 'Make a place' },
    body: NewSite,
    once: true,
    answers: { 201: Site },
    async handle({ sources, principal, body, reply }) {
      const site = await createSite(sources, principal, body)
      reply.header('location', `/api/v1/sites/${encodeURIComponent(site.id)}`)
      return site
    }
  })
  addRoute(scope, {
    method: 'GET',
    path: '/api/v1/sites/:id',
    access: view,
    ...{ tag, summary: 'A place' },
    params: ById,
    tagged: true,
    answers: { 200: Site },
    handle: ({ sources, principal, params }) => findSite(sources, principal, params.id)
  })
  addRoute(scope, {
    method: 'PATCH',
    path: '/api/v1/sites/:id',
    access: administer,
    ...{ tag, summary: 'Change a place' },
    params: ById,
    body: SiteChange,
    answers: { 200: Site },
    now: ({ sources, principal, params }) => findSite(sources, principal, params.id),
    handle: ({ sources, principal, params, body }, seen) => changeSite(sources, principal, params.id, body, seen)
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/sites/:id',
    access: administer,
    ...{ tag, summary: 'Remove a place', description: 'Its streams belong to no place afterwards.' },
    params: ById,
    answers: { 204: null },
    now: ({ sources, principal, params }) => findSite(sources, principal, params.id),
    handle: ({ sources, principal, params }, seen) => removeSite(sources, principal, params.id, seen)
  })
}
