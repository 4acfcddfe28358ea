import type { Kysely } from 'kysely'
import Type from 'typebox'
import Value from 'typebox/value'
import type { StoreDatabase } from './database.ts'
import { checked, Key, WallMs } from './row-border.ts'
import { digestOf, newSecret } from './shown-secret.ts'
import type { Tables } from './tables.ts'

/** Keys of the settings under which they stand, each with the digest of its secret behind it. */
export const invitationKeys = 'access.invitation.'
const form = /^sli_[\w-]{43}$/
const Kept = Type.Object({ userId: Key, expiresMs: WallMs })
export type OpenInvitation = Type.Static<typeof Kept>

/**
 * Links by which somebody who is there chooses a password, once: one for each user, as what is newer replaces what was before.
 * Kept as the SHA-256 of their secret: whoever reads the table can use none.
 */
export class InvitationLinks {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Gives the secret, which nobody can read again. Throws SL_QUERY_INVALID. */
  async offer(userId: string, expiresMs: number, nowMs: number): Promise<string> {
    const secret = newSecret('sli_')
    const kept = checked(Kept, { userId, expiresMs }, 'The link')
    const changed_ms = checked(WallMs, nowMs, 'The time')
    await this.#database.sql.transaction().execute(async transaction => {
      await this.#database.takeTurn(transaction, 'invitations')
      await end(transaction, each => each.userId === userId || each.expiresMs <= nowMs)
      await transaction
        .insertInto('settings')
        .values({ key: keyOf(secret), value: JSON.stringify(kept), changed_ms })
        .execute()
    })
    return secret
  }

  /** Whose it is; undefined for one that was used, has ended, or never was. */
  async find(secret: string, nowMs: number): Promise<string | undefined> {
    if (!form.test(secret)) return undefined
    const { sql } = this.#database
    const row = await sql.selectFrom('settings').select('value').where('key', '=', keyOf(secret)).executeTakeFirst()
    const kept = keptOf(row?.value)
    return kept && nowMs < kept.expiresMs ? kept.userId : undefined
  }

  /** Uses it up for this hash of a password: both or none. False where somebody was first, or its user may not sign in. */
  async use(secret: string, password: string, nowMs: number): Promise<boolean> {
    const userId = await this.find(secret, nowMs)
    if (userId === undefined) return false
    return this.#database.sql.transaction().execute(async transaction => {
      const { numDeletedRows } = await transaction
        .deleteFrom('settings')
        .where('key', '=', keyOf(secret))
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) return false
      const { numUpdatedRows } = await transaction
        .updateTable('users')
        .set({ password })
        .where('id', '=', userId)
        .where('disabled_ms', 'is', null)
        .executeTakeFirstOrThrow()
      return numUpdatedRows > 0n
    })
  }

  /** Whose can still be used, those that end first before the others. */
  async open(nowMs: number): Promise<readonly OpenInvitation[]> {
    const found = (await rowsOf(this.#database.sql)).flatMap(({ value }) => keptOf(value) ?? [])
    return found.filter(({ expiresMs }) => nowMs < expiresMs).sort((a, b) => a.expiresMs - b.expiresMs)
  }

  /** That of a user is worth nothing any more. */
  async end(userId: string): Promise<void> {
    await end(this.#database.sql, each => each.userId === userId)
  }
}

async function end(sql: Kysely<Tables>, isOver: (kept: OpenInvitation) => boolean): Promise<void> {
  for (const { key, value } of await rowsOf(sql)) {
    const kept = keptOf(value)
    if (!kept || isOver(kept)) await sql.deleteFrom('settings').where('key', '=', key).execute()
  }
}

function rowsOf(sql: Kysely<Tables>): Promise<{ key: string; value: string }[]> {
  return (
    sql
      .selectFrom('settings')
      .select(['key', 'value'])
      .where('key', '>=', invitationKeys)
      // Keys are ASCII, and none has a DEL.
      .where('key', '<', `${invitationKeys}\u007f`)
      .execute()
  )
}

function keyOf(secret: string): string {
  return invitationKeys + digestOf(secret)
}

function keptOf(value: string | undefined): OpenInvitation | undefined {
  const kept: unknown = value === undefined ? undefined : JSON.parse(value)
  return Value.Check(Kept, kept) ? kept : undefined
}
