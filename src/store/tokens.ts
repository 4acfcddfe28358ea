import type { Selectable } from 'kysely'
import Type, { type Static } from 'typebox'
import { countOf } from './count-of.ts'
import type { StoreDatabase } from './database.ts'
import { invalid } from './query-border.ts'
import { checked, Key, Title, WallMs } from './row-border.ts'
import { issued, soughtDigest } from './shown-secret.ts'
import type { TokenTable } from './tables.ts'

const Wish = Type.Object(
  {
    userId: Key,
    title: Title,
    /** What it may be used for, such as `events:read`; the API says which there are. */
    scopes: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9:.-]{0,63}$' }), { maxItems: 64 }),
    createdMs: WallMs,
    /** Null for one that holds until it is revoked. */
    expiresMs: Type.Union([WallMs, Type.Null()])
  },
  { additionalProperties: false }
)

/** What is known of a token: never the token itself. */
export interface Token extends Static<typeof Wish> {
  readonly id: string
  readonly revokedMs: number | null
  /** When it was shown last, to the minute; null for one that nothing has used. */
  readonly usedMs: number | null
}

const prefix = 'slt_'
/** Most tokens that are listed for one user. */
const maxTokens = 1000
/** A use is noted so often: a program that asks all day must not have the store write all day. */
const noteUseMs = 60_000
/** Most of a user's that are kept once they cannot be used any more. */
const maxEnded = 100

/** Tokens of programs that act for a user. They are kept by their SHA-256: whoever reads the table can use none. */
export class Tokens {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /**
   * Gives the token, which nobody can read again. Throws SL_QUERY_INVALID, also for a user who is not there, and what `room`
   * throws, which is told how many of theirs can be used then.
   */
  async issue(
    wish: Static<typeof Wish>,
    room: (there: number) => void = () => undefined
  ): Promise<{ readonly id: string; readonly token: string }> {
    const { userId, title, scopes, createdMs, expiresMs } = checked(Wish, wish, 'The token')
    const { id, secret: token, digest } = issued(prefix)
    await this.#database.sql.transaction().execute(async transaction => {
      const user = await transaction.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst()
      if (!user) throw invalid(`There is no user ${userId} to issue a token to.`)
      await this.#database.takeTurn(transaction, `tokens/${userId}`)
      const own = transaction.selectFrom('tokens').where('user_id', '=', userId)
      const usable = own.where('revoked_ms', 'is', null)
      room(
        await countOf(
          usable.where(({ or, eb }) => or([eb('expires_ms', 'is', null), eb('expires_ms', '>', createdMs)]))
        )
      )
      const ended = own
        .select('id')
        .where(({ or, eb }) => or([eb('revoked_ms', 'is not', null), eb('expires_ms', '<=', createdMs)]))
        .orderBy('created_ms', 'desc')
        .orderBy('id')
        .limit(1000)
        .offset(maxEnded)
      await transaction.deleteFrom('tokens').where('id', 'in', ended).execute()
      await transaction
        .insertInto('tokens')
        .values({
          id,
          user_id: userId,
          title,
          digest,
          scopes: JSON.stringify(scopes),
          created_ms: createdMs,
          expires_ms: expiresMs,
          revoked_ms: null,
          used_ms: null
        })
        .execute()
    })
    return { id, token }
  }

  /** Undefined for a token that is not known, was revoked or has expired, and where its user is disabled. */
  async find(token: string, nowMs: number): Promise<Token | undefined> {
    const digest = soughtDigest(prefix, token)
    if (digest === undefined) return undefined
    const row = await this.#database.sql
      .selectFrom('tokens')
      .innerJoin('users', 'users.id', 'tokens.user_id')
      .selectAll('tokens')
      .where('digest', '=', digest)
      .where('revoked_ms', 'is', null)
      .where('users.disabled_ms', 'is', null)
      .executeTakeFirst()
    return row && (row.expires_ms === null || nowMs < row.expires_ms) ? tokenOf(row) : undefined
  }

  /** As it is now, whether it can be used or not. */
  async byId(id: string): Promise<Token | undefined> {
    const row = await this.#database.sql.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst()
    return row && tokenOf(row)
  }

  /** Those of a user, the newest first: at most 1,000. */
  async ofUser(userId: string): Promise<readonly Token[]> {
    const rows = await this.#database.sql
      .selectFrom('tokens')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('created_ms', 'desc')
      .orderBy('id')
      .limit(maxTokens)
      .execute()
    return rows.map(tokenOf)
  }

  /** Writes down that it was shown, where that was not written down lately. */
  async noteUse({ id, usedMs }: Pick<Token, 'id' | 'usedMs'>, atMs: number): Promise<void> {
    if (usedMs !== null && atMs - usedMs < noteUseMs) return
    await this.#database.sql
      .updateTable('tokens')
      .set({ used_ms: checked(WallMs, atMs, 'The time') })
      .where('id', '=', id)
      .execute()
  }

  /** Nobody can use it any more. False when there is none that could be used. */
  async revoke(id: string, atMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#database.sql
      .updateTable('tokens')
      .set({ revoked_ms: checked(WallMs, atMs, 'The time') })
      .where('id', '=', id)
      .where('revoked_ms', 'is', null)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }
}

function tokenOf(row: Selectable<TokenTable>): Token {
  const { id, user_id: userId, title, scopes, created_ms: createdMs, expires_ms: expiresMs } = row
  const { revoked_ms: revokedMs, used_ms: usedMs } = row
  return { id, userId, title, scopes: JSON.parse(scopes), createdMs, expiresMs, revokedMs, usedMs }
}
