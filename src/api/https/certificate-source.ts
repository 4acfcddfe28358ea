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
}
