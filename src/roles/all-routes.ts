import type { FastifyInstance } from 'fastify'
import type { Identity } from '../api/identity/identity.ts'
import type { Gateway } from './gateway.ts'
import type { Live } from './live.ts'

export interface Served {
  readonly gateway: Gateway
  readonly identity: Identity
  readonly live: Live
  /** How many `/readyz` names. */
  readonly problems: () => number
}

/** Everything that can be asked over HTTP: what main serves, and what tests go through one by one. */
export function allRoutes({ gateway, identity, live, problems }: Served): (server: FastifyInstance) => Promise<void> {
  return server =>
    gateway.routes(server, () => {
      identity.routes(server)
      live.routes(server, problems)
    })
}
