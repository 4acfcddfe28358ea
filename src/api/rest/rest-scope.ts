import type { FastifyInstance } from 'fastify'
import type { Sources } from '../resources/sources.ts'

/** Where routes are declared, and what they answer from. */
export interface RestScope {
  readonly server: FastifyInstance
  /** @throws SL_STORE_UNAVAILABLE until everything is open */
  readonly sources: () => Sources
}
