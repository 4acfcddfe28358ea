import type { FastifyInstance } from 'fastify'
import type { Health } from '../../core/health.ts'

/** A certificate with those that vouch for it, and its key, as PEM. */
export interface ServerCertificate {
  readonly cert: string
  readonly key: string
}

/** Where the server's certificate comes from. It may change while the server runs: then listeners are told. */
export interface CertificateSource extends Health, Disposable {
  readonly current: ServerCertificate
  onChange(listener: () => void): void
  /** The authority that devices have to be told to trust, as PEM; undefined where they already do. */
  readonly authority?: string
  /** The one name that it is for; undefined where there may be others. */
  readonly name?: string
  /** Adds to the server what it takes to get or to trust certificates; asked once, before it listens. */
  addRoutes?(server: FastifyInstance, encryptedPort: () => number): void
}
