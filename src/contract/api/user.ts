import Type from 'typebox'
import { closed, Key, Title, WallMs } from './fields.ts'

const Role = Type.Enum(['viewer', 'operator', 'admin'])
const UserName = Type.String({
  pattern: '^[a-z0-9][a-z0-9._@+-]{0,127}$',
  description: 'What they sign in with: lower case.'
})
const Password = Type.String({ minLength: 1, maxLength: 1024, description: 'Never given back.' })

/** Somebody who may sign in. */
export const User = Type.Object(
  {
    id: Key,
    name: UserName,
    /** An admin may do everything; the others only what was granted to them. */
    role: Role,
    createdMs: WallMs,
    /** Since when they may do nothing any more. */
    disabledMs: Type.Union([WallMs, Type.Null()])
  },
  { ...closed, title: 'User' }
)
export type User = Type.Static<typeof User>

export const NewUser = Type.Object(
  { name: UserName, role: Role, password: Type.Optional(Password) },
  { ...closed, title: 'NewUser' }
)
export type NewUser = Type.Static<typeof NewUser>

export const UserChange = Type.Object(
  {
    role: Type.Optional(Role),
    password: Type.Optional(Password),
    isDisabled: Type.Optional(Type.Boolean({ description: 'Signs them out everywhere.' }))
  },
  { ...closed, title: 'UserChange' }
)
export type UserChange = Type.Static<typeof UserChange>

export const NewInvitation = Type.Object(
  {
    expiresMs: Type.Optional(
      Type.Unsafe<Type.Static<typeof WallMs>>({
        ...WallMs,
        description: 'A week from now unless said; 30 days at most.'
      })
    )
  },
  { ...closed, title: 'NewInvitation' }
)
export type NewInvitation = Type.Static<typeof NewInvitation>

/** A link by which somebody chooses a password, once. */
export const Invitation = Type.Object(
  {
    /** With its secret: shown this once. */
    path: Type.String(),
    expiresMs: WallMs
  },
  { ...closed, title: 'Invitation' }
)
export type Invitation = Type.Static<typeof Invitation>

/** A link that can still be used: nobody can read it again. */
export const OpenInvitation = Type.Object({ userId: Key, expiresMs: WallMs }, { ...closed, title: 'OpenInvitation' })
export type OpenInvitation = Type.Static<typeof OpenInvitation>

/** As whom the identity provider knows a user who was here before. */
export const UserIdentity = Type.Object(
  {
    /** As the provider names itself. */
    issuer: Type.String(),
    /** What it calls them: the claim `sub`. */
    subject: Type.String(),
    createdMs: WallMs
  },
  { ...closed, title: 'UserIdentity' }
)
export type UserIdentity = Type.Static<typeof UserIdentity>

export const NewIdentity = Type.Object(
  { subject: Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f]+$' }) },
  { ...closed, title: 'NewIdentity' }
)
export type NewIdentity = Type.Static<typeof NewIdentity>

const granted = {
  scope: Type.Enum(['stream', 'site', 'all']),
  /** Name of the stream, id of the site; `all` of all. */
  scopeId: Key
}

/** What somebody may do with a stream, with all of a site, or with all there are. */
export const Grant = Type.Object(
  { ...granted, role: Type.Enum(['viewer', 'operator']), createdMs: WallMs },
  { ...closed, title: 'Grant' }
)
export type Grant = Type.Static<typeof Grant>

export const NewGrant = Type.Object(
  { ...granted, role: Type.Enum(['viewer', 'operator']) },
  { ...closed, title: 'NewGrant' }
)
export type NewGrant = Type.Static<typeof NewGrant>

export const GrantPlace = Type.Object({ id: Key, ...granted }, closed)
export type GrantPlace = Type.Static<typeof GrantPlace>

/** A browser that is signed in. */
export const Session = Type.Object(
  {
    id: Key,
    userId: Key,
    userName: Type.String(),
    /** What the browser says of itself. */
    title: Type.String(),
    createdMs: WallMs,
    /** When it was heard of last, to some minutes. */
    seenMs: WallMs,
    /** When it ends unless it is heard of again. */
    expiresMs: WallMs,
    /** Whether it is the one that asks. */
    isThis: Type.Boolean()
  },
  { ...closed, title: 'Session' }
)
export type Session = Type.Static<typeof Session>

/** A session, or a token, of a user. */
export const OfUser = Type.Object({ id: Key, of: Key }, closed)
export type OfUser = Type.Static<typeof OfUser>

const Scope = Type.String({ pattern: '^[a-z]{1,32}:(read|write)$', description: 'Such as `events:read`.' })

/** What is known of a token: never the token itself. */
export const Token = Type.Object(
  {
    id: Key,
    title: Type.String(),
    scopes: Type.Array(Type.String()),
    createdMs: WallMs,
    /** Null for one that holds until it is revoked. */
    expiresMs: Type.Union([WallMs, Type.Null()]),
    revokedMs: Type.Union([WallMs, Type.Null()]),
    /** When a program showed it last, to the minute; null for never. */
    usedMs: Type.Union([WallMs, Type.Null()])
  },
  { ...closed, title: 'Token' }
)
export type Token = Type.Static<typeof Token>

export const NewToken = Type.Object(
  {
    title: Title,
    scopes: Type.Array(Scope, { minItems: 1, maxItems: 64, uniqueItems: true }),
    /** In 90 days unless said; null for never. */
    expiresMs: Type.Optional(Type.Union([WallMs, Type.Null()]))
  },
  { ...closed, title: 'NewToken' }
)
export type NewToken = Type.Static<typeof NewToken>

export const IssuedToken = Type.Object(
  { id: Key, token: Type.String({ description: 'Shown once: it is kept nowhere.' }) },
  { ...closed, title: 'IssuedToken' }
)
export type IssuedToken = Type.Static<typeof IssuedToken>
