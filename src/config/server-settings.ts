import Type from 'typebox'

/** The section `server`: how what comes in is taken. */
export const ServerSettings = Type.Object(
  {
    /**
     * Proxies whose word counts for who asks and over what (`X-Forwarded-For`, `-Proto`, `-Host`). Of everybody else these
     * headers are not read.
     */
    trustedProxies: Type.Optional(
      Type.Array(
        Type.String({
          pattern:
            '^([0-9]{1,3}(\\.[0-9]{1,3}){3}(/([0-9]|[12][0-9]|3[0-2]))?|[0-9a-fA-F:]*:[0-9a-fA-F:.]*(/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))?)$',
          description: 'an address such as 192.168.1.2, or a network such as 10.0.0.0/8'
        }),
        { maxItems: 100 }
      )
    ),
    /** Refuses to start with secrets that others know or could guess. The same as NODE_ENV=production. */
    production: Type.Optional(Type.Boolean())
  },
  { additionalProperties: false }
)
export type ServerSettings = Type.Static<typeof ServerSettings>
