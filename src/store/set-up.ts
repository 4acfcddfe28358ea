import type { Static } from 'typebox'
import type { StoreDatabase } from './database.ts'
import { checked, WallMs } from './row-border.ts'
import { digestOf, newSecret } from './shown-secret.ts'
import { User } from './users.ts'

const key = 'access.set-up'
const form = /^sls_[\w-]{43}$/

/** The one token that makes whoever has it the first admin, while there is no user. Kept as its SHA-256. */
export class SetUp {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Gives a new token: the one before it is worth nothing any more. */
  async offer(nowMs: number): Promise<string> {
    const token = newSecret('sls_')
    const row = { value: offered(token), changed_ms: checked(WallMs, nowMs, 'The time') }
    await this.#database.sql
      .insertInto('settings')
      .values({ key, ...row })
      .onConflict(conflict => conflict.column('key').doUpdateSet(row))
      .execute()
    return token
  }

  /** Whether this token could be used now. */
  async isOffered(token: string): Promise<boolean> {
    if (!form.test(token)) return false
    const { sql } = this.#database
    const row = await sql
      .selectFrom('settings')
      .select('key')
      .where('key', '=', key)
      .where('value', '=', offered(token))
    return (await row.executeTakeFirst()) !== undefined
  }

  /** Uses the token up for this user. False where it is none, was used, or somebody is there already. */
  async use(token: string, first: Static<typeof User>): Promise<boolean> {
    const { id, name, role, password, createdMs, disabledMs } = checked(User, first, 'The user')
    if (!form.test(token)) return false
    return this.#database.sql.transaction().execute(async transaction => {
      const { numDeletedRows } = await transaction
        .deleteFrom('settings')
        .where('key', '=', key)
        .where('value', '=', offered(token))
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) return false
      if (await transaction.selectFrom('users').select('id').limit(1).executeTakeFirst()) return false
      await transaction
        .insertInto('users')
        .values({ id, name, role, password, created_ms: createdMs, disabled_ms: disabledMs })
        .execute()
      return true
    })
  }
}

function offered(token: string): string {
  return JSON.stringify({ digest: digestOf(token) })
}
