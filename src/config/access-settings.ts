import Type from 'typebox'

const closed = { additionalProperties: false }
const texts = (what: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 1000, description: what })
const claim = Type.String({ pattern: '^[A-Za-z0-9_.:/-]{1,128}$', description: 'the name of a claim' })

/** The section `access.oidc`: signing in with an identity provider (OpenID Connect, authorization code with PKCE). */
export const OidcSettings = Type.Object(
  {
    /** As the provider names itself. Without encryption on this machine alone. */
    issuer: Type.String({
      pattern: '^(https://[^@\\s?#]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]+)?(/[^@\\s?#]*)?)$',
      description: 'an https:// address'
    }),
    clientId: Type.String({ minLength: 1, maxLength: 512 }),
    /** A file with the client's secret. $SIGHTLINE_OIDC_CLIENT_SECRET counts before it. Without both it is a public client. */
    clientSecretFile: Type.Optional(Type.String({ minLength: 1 })),
    /** What the button of the sign-in page says. */
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    /** Where the provider sends people back to. Default: /auth/oidc/callback, where they came from. */
    redirectUri: Type.Optional(
      Type.String({ pattern: '^https?://[^@\\s?#]+/auth/oidc/callback$', description: 'https://…/auth/oidc/callback' })
    ),
    /** Asked for beside `openid profile email`, such as `groups`. */
    scopes: Type.Optional(texts('names of scopes')),
    /** Whether people who were never here become users. Default no: then only those of `links` are let in. */
    create: Type.Optional(Type.Boolean()),
    /** Only people with a verified address of these. */
    allowedDomains: Type.Optional(texts('domains of e-mail addresses')),
    /** Only people in one of these groups. */
    allowedGroups: Type.Optional(texts('names of groups')),
    /** Where the groups are. Default `groups`. */
    groupsClaim: Type.Optional(claim),
    /** Which groups make somebody what, each time that they sign in; the highest counts. Without it, admins decide here. */
    roles: Type.Optional(
      Type.Object(
        {
          admin: Type.Optional(texts('names of groups')),
          operator: Type.Optional(texts('names of groups')),
          viewer: Type.Optional(texts('names of groups'))
        },
        closed
      )
    ),
    /** Users who are here already, and as whom the provider knows them: the claim `sub`. Equal names alone link nobody. */
    links: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z0-9][a-z0-9._@+-]{0,127}$' }),
        Type.String({ minLength: 1, maxLength: 255 }),
        closed
      )
    )
  },
  closed
)
export type OidcSettings = Type.Static<typeof OidcSettings>

/** The section `access`: who is let in. */
export const AccessSettings = Type.Object({ oidc: Type.Optional(OidcSettings) }, closed)
export type AccessSettings = Type.Static<typeof AccessSettings>
