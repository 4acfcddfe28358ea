import { StreamItem, StreamQuery } from '../../contract/api/stream.ts'
import { listStreams } from '../resources/streams.ts'
import { addList } from './list-route.ts'
import type { RestScope } from './rest-scope.ts'
import { streamChangeRoutes } from './stream-change-routes.ts'

const tag = 'streams'

/** `/api/v1/streams`: live sources and the streams of recordings. */
export function streamRoutes(scope: RestScope): void {
  addList(scope, {
    path: '/api/v1/streams',
    access: { area: 'streams', need: 'view', stream: 'none' },
    ...{ tag, summary: 'Streams by name, each as it is now' },
    query: StreamQuery,
    item: StreamItem,
    page: ({ sources, principal, query }) => listStreams(sources, principal, query)
  })
  streamChangeRoutes(scope)
}
