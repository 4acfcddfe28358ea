import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false }

/** Who asks, as the server knows them. */
export const SessionState = Type.Object(
  {
    /** False until somebody has used the set-up link. */
    isSetUp: Type.Boolean(),
    /** Null for a stranger. */
    who: Type.Union([
      Type.Object(
        {
          /** As the audit log has it: `user:anna`, `token:anna/export`, `visitor`. */
          actor: Type.String(),
          userId: Type.Union([Type.String(), Type.Null()]),
          role: Type.Enum(['viewer', 'operator', 'admin']),
          /** Null for all. */
          scopes: Type.Union([Type.Array(Type.String()), Type.Null()])
        },
        closed
      ),
      Type.Null()
    ])
  },
  closed
)
export type SessionState = Static<typeof SessionState>

const Password = Type.String({ minLength: 1, maxLength: 1024 })

/** What signs somebody in. */
export const Credentials = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 128 }), password: Password },
  closed
)

/** A new password, by who knows the one before. */
export const NewPassword = Type.Object({ password: Password, next: Password }, closed)
