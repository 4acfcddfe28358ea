import Type from 'typebox'
import { CorsOrigin } from './cors-settings.ts'
import { NetworkAddress } from './network-address.ts'
import { RateLimitSettings } from './rate-limit-settings.ts'

/** The section `server`: how what comes in is taken. */
export const ServerSettings = Type.Object(
  {
    /**
     * Proxies whose word counts for who asks and over what (`X-Forwarded-For`, `-Proto`, `-Host`). Of everybody else these
     * headers are not read.
     */
    trustedProxies: Type.Optional(Type.Array(NetworkAddress, { maxItems: 100 })),
    /** Pages that are hosted elsewhere and may ask here. Default: none. */
    corsOrigins: Type.Optional(Type.Array(CorsOrigin, { maxItems: 100 })),
    /** How much one user and one address may ask for. */
    rateLimits: Type.Optional(RateLimitSettings),
    /** Refuses to start with secrets that others know or could guess. The same as NODE_ENV=production. */
    production: Type.Optional(Type.Boolean())
  },
  { additionalProperties: false }
)
export type ServerSettings = Type.Static<typeof ServerSettings>
