import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { SightlineError } from '../core/errors.ts'
import type { StoreDatabase } from './database.ts'
import { checked, Key, WallMs } from './row-border.ts'
import type { IdentityTable } from './tables.ts'

/** As whom an identity provider knows a user: by one issuer and subject, who are nobody else here. */
export const Identity = Type.Object(
  {
    userId: Key,
    issuer: Type.String({ minLength: 1, maxLength: 512 }),
    subject: Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f]+$' }),
    createdMs: WallMs
  },
  { additionalProperties: false }
)
export type Identity = Static<typeof Identity>

export class Identities {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  async ofUser(userId: string): Promise<Identity | undefined> {
    const rows = this.#database.sql.selectFrom('identities').selectAll().where('user_id', '=', userId)
    return identityOf(await rows.executeTakeFirst())
  }

  async find(issuer: string, subject: string): Promise<Identity | undefined> {
    const rows = this.#database.sql.selectFrom('identities').selectAll()
    return identityOf(await rows.where('issuer', '=', issuer).where('subject', '=', subject).executeTakeFirst())
  }

  /** In the place of what the user was known by. Throws SL_QUERY_INVALID, SL_NAME_TAKEN for who is another user here. */
  async put(identity: Identity): Promise<void> {
    const { userId, issuer, subject, createdMs } = checked(Identity, identity, 'The identity')
    const row = { issuer, subject, created_ms: createdMs }
    await this.#database.sql.transaction().execute(async transaction => {
      const taken = await transaction
        .selectFrom('identities')
        .select('user_id')
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .where('user_id', '!=', userId)
        .executeTakeFirst()
      if (taken) throw new SightlineError('SL_NAME_TAKEN', 'Another user is linked to this subject: unlink them first.')
      await transaction
        .insertInto('identities')
        .values({ user_id: userId, ...row })
        .onConflict(conflict => conflict.column('user_id').doUpdateSet(row))
        .execute()
    })
  }

  /** False where there was none. */
  async remove(userId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database.sql
      .deleteFrom('identities')
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0n
  }
}

function identityOf(row: Selectable<IdentityTable> | undefined): Identity | undefined {
  return row && { userId: row.user_id, issuer: row.issuer, subject: row.subject, createdMs: row.created_ms }
}
