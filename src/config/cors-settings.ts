import Type from 'typebox'

/** As browsers send it: no path, no wildcard. */
const Origin = Type.String({
  pattern: '^https?://[a-z0-9.-]+(:[0-9]{1,5})?$',
  description: 'an origin such as https://wall.example'
})

/**
 * `server.corsOrigins`: pages that are hosted elsewhere and may ask here, with a token. With `credentials` also as whoever is
 * signed in, where it is a page of the same site (https://wall.example.org beside https://sightline.example.org): to others
 * browsers give no cookies.
 */
export const CorsOrigin = Type.Union(
  [
    Origin,
    Type.Object({ origin: Origin, credentials: Type.Optional(Type.Boolean()) }, { additionalProperties: false })
  ],
  { description: 'an origin, or { origin, credentials }' }
)
export type CorsOrigin = Type.Static<typeof CorsOrigin>
