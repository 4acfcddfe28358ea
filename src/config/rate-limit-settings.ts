import Type from 'typebox'

const closed = { additionalProperties: false }
const number = (what: string) => Type.Integer({ minimum: 1, maximum: 10_000_000, description: what })

/** `server.rateLimits`: how much one user, and one address, may ask for. */
export const RateLimitSettings = Type.Object(
  {
    /** False where something in front of this limits requests. Also $SIGHTLINE_RATE_LIMITS=off. */
    enabled: Type.Optional(Type.Boolean()),
    /** What only reads, per minute and user. */
    reads: Type.Optional(number('requests per minute')),
    /** What changes something, and every GraphQL document, per minute and user. */
    changes: Type.Optional(number('requests per minute')),
    /** Signing in, setting up and changing a password, right or wrong, per minute and address. */
    signIns: Type.Optional(number('requests per minute')),
    /** WebSockets that are opened, per minute and user. */
    sockets: Type.Optional(number('openings per minute')),
    /** WebSockets of one user that are open at a time, in each gateway. */
    openSockets: Type.Optional(number('WebSockets at a time')),
    /** Connections of one address at a time, in each gateway. Of trusted proxies they are not counted. */
    connections: Type.Optional(number('connections at a time')),
    /** An address may have so many times what one of its users may: offices share one. */
    usersPerAddress: Type.Optional(number('users'))
  },
  closed
)
export type RateLimitSettings = Type.Static<typeof RateLimitSettings>
export type RateLimits = Required<Omit<RateLimitSettings, 'enabled'>>

/** Wide for pages that look at a hundred cameras at once, narrow where something is changed or guessed. */
export const usualRateLimits: RateLimits = {
  reads: 6000,
  changes: 1200,
  signIns: 60,
  sockets: 600,
  openSockets: 500,
  connections: 1000,
  usersPerAddress: 4
}
