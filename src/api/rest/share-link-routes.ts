import { ById } from '../../contract/api/recording.ts'
import { IssuedShareLink, NewShareLink, ShareLink, ShareLinkQuery } from '../../contract/api/share-link.ts'
import { issueShareLink, listShareLinks, revokeShareLink } from '../resources/share-links.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute } from './route.ts'

const tag = 'share-links'
const listed = { area: 'recordings', need: 'view', stream: 'none' } as const
const changing = { area: 'recordings', need: 'operate', stream: 'found' } as const

/** `/api/v1/share-links`: links that show a report to whoever has them, until they end. */
export function shareLinkRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/share-links',
    access: listed,
    ...{ tag, summary: 'Links to reports that hold, the newest first' },
    query: ShareLinkQuery,
    item: ShareLink,
    page: ({ sources, principal, query }) => listShareLinks(sources, principal, query)
  })
  addRoute(scope, {
    method: 'POST',
    path: '/api/v1/share-links',
    access: changing,
    ...{
      tag,
      summary: 'Share a report by a link',
      description:
        'The link is shown once. It shows that report and nothing else, and nothing once you may not share it.'
    },
    body: NewShareLink,
    once: true,
    answers: { 201: IssuedShareLink },
    problems: [404, 409],
    async handle({ sources, principal, body, reply }) {
      reply.header('cache-control', 'no-store')
      return issueShareLink(sources, principal, body)
    }
  })
  addRoute(scope, {
    method: 'DELETE',
    path: '/api/v1/share-links/:id',
    access: changing,
    ...{ tag, summary: 'Revoke a link', description: 'It holds within 5 s, for what is open too.' },
    params: ById,
    answers: { 204: null },
    handle: ({ sources, principal, params }) => revokeShareLink(sources, principal, params.id)
  })
}
