import type { FastifyInstance } from 'fastify'
import { graphiqlRoute } from '../api/graphql/graphiql-route.ts'
import { graphqlRoutes } from '../api/graphql/graphql-routes.ts'
import type { Identity } from '../api/identity/identity.ts'
import type { WebSocketCounts } from '../api/web-sockets.ts'
import type { Logger } from '../core/log.ts'
import { LiveReader } from '../live/socket/live-reader.ts'
import type { Gateway } from './gateway.ts'
import type { Live } from './live.ts'

export interface Served {
  readonly gateway: Gateway
  readonly identity: Identity
  readonly live: Live
  /** How many `/readyz` names. */
  readonly problems: () => number
  readonly log?: Logger | undefined
}

/** Everything that can be asked over HTTP: what main serves, and what tests go through one by one. */
export function allRoutes(served: Served): (server: FastifyInstance) => Promise<void> {
  const { gateway, identity, live, problems, log } = served
  const counts: WebSocketCounts = { broken: 0 }
  return async server => {
    await gateway.routes(server, () => {
      identity.routes(server)
      live.routes(server, problems, { graphql: counts })
    })
    graphiqlRoute(server, { isOn: () => gateway.settings.graphql?.graphiql ?? false })
    await graphqlRoutes(server, {
      sources: () => gateway.sources,
      read: request => new LiveReader(live.hub, request),
      isIntrospective: () => gateway.settings.graphql?.introspection ?? false,
      counts,
      onRefused: code => live.refusals.note('graphql', code),
      onFailure: err => log?.error({ err }, 'what somebody follows failed')
    })
  }
}
