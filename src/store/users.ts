import type { Kysely, Selectable, Transaction } from 'kysely'
import Type, { type Static } from 'typebox'
import { SightlineError } from '../core/errors.ts'
import { asSeen, wasThere } from './as-seen.ts'
import { countOf } from './count-of.ts'
import type { StoreDatabase } from './database.ts'
import { type Page, type PageRequest, readPage } from './page-cursor.ts'
import { changesOf, checked, Key, WallMs } from './row-border.ts'
import type { Tables, UserTable } from './tables.ts'

/** Somebody who may log in. */
export const User = Type.Object(
  {
    id: Key,
    /** What they log in with: lower case, so that nobody is there twice. */
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9._@+-]{0,127}$' }),
    role: Type.Enum(['viewer', 'operator', 'admin']),
    /** Hash in the form of its own kind (PHC string); null for who cannot log in by password. */
    password: Type.Union([Type.String({ pattern: '^\\$[a-z0-9-]+\\$[\\x21-\\x7e]+$', maxLength: 512 }), Type.Null()]),
    createdMs: WallMs,
    /** Since when they may do nothing any more. */
    disabledMs: Type.Union([WallMs, Type.Null()])
  },
  { additionalProperties: false }
)
export type User = Static<typeof User>
/** All that others see of somebody. */
export type SeenUser = Omit<User, 'password'>
const Change = Type.Partial(Type.Pick(User, ['role', 'password', 'disabledMs']))

/** People by id and by name. Their password's hash is in no list. */
export class Users {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** In the order of names. */
  async page(request: PageRequest = {}): Promise<Page<SeenUser>> {
    return readPage(request, {
      question: { list: 'users' },
      place: ['string'],
      placeOf: user => [user.name],
      rows: async (limit, after) => {
        let query = this.#database.sql.selectFrom('users').selectAll()
        if (after) query = query.where('name', '>', after[0] as string)
        const rows = await query.orderBy('name').limit(limit).execute()
        return rows.map(row => {
          const { password: _, ...user } = userOf(row)
          return user
        })
      }
    })
  }

  async byId(id: string): Promise<User | undefined> {
    const row = await this.#database.sql.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
    return row && userOf(row)
  }

  async byName(name: string): Promise<User | undefined> {
    const row = await this.#database.sql.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst()
    return row && userOf(row)
  }

  /**
   * Throws SL_QUERY_INVALID, SL_NAME_TAKEN for an id or a name that is in use, and what `room` throws, which is told how many
   * there are.
   */
  async create(user: User, room: (there: number) => void = () => undefined): Promise<void> {
    const { id, name, role, password, createdMs, disabledMs } = checked(User, user, 'The user')
    const { numInsertedOrUpdatedRows } = await this.#database.sql.transaction().execute(async transaction => {
      await this.#database.takeTurn(transaction, 'users')
      room(await countOf(transaction.selectFrom('users')))
      return transaction
        .insertInto('users')
        .values({ ...rowOf({ id, name, role, createdMs, disabledMs }), password })
        .onConflict(conflict => conflict.doNothing())
        .executeTakeFirstOrThrow()
    })
    if (!numInsertedOrUpdatedRows)
      throw new SightlineError('SL_NAME_TAKEN', `A user ${name} is there already: choose another name.`)
  }

  /** True while nobody was added yet. */
  async isEmpty(): Promise<boolean> {
    return !(await this.#database.sql.selectFrom('users').select('id').limit(1).executeTakeFirst())
  }

  /**
   * False when there is no such user.
   * @param onlyAdmin called where nobody could administer afterwards; what it throws is thrown
   * @throws SL_PRECONDITION_FAILED where they are not as `seen` any more
   */
  async change(
    id: string,
    change: Static<typeof Change>,
    seen?: SeenUser,
    onlyAdmin: () => void = () => undefined
  ): Promise<boolean> {
    const { role, password, disabledMs } = checked(Change, change, 'The change')
    const changes = changesOf({ role, password, disabled_ms: disabledMs })
    if (Object.keys(changes).length === 0) return (await this.byId(id)) !== undefined
    return this.#database.sql.transaction().execute(async transaction => {
      if (endsAdmin({ role, disabledMs })) await this.#requireOther(transaction, id, onlyAdmin)
      const { numUpdatedRows } = await transaction
        .updateTable('users')
        .set(changes)
        .where('id', '=', id)
        .where(asSeen(seen && rowOf(seen)))
        .executeTakeFirstOrThrow()
      return wasThere(numUpdatedRows, seen)
    })
  }

  /** For whoever has shown the password that is hashed in `from`. False where theirs is another by now. */
  async replacePassword(id: string, from: string, to: string): Promise<boolean> {
    const { password } = checked(Change, { password: to }, 'The change')
    const { numUpdatedRows } = await this.#database.sql
      .updateTable('users')
      .set({ password: password! })
      .where('id', '=', id)
      .where('password', '=', from)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }

  /** Grants and tokens go too. False when there is no such user. Throws as `change` does. */
  async remove(id: string, seen?: SeenUser, onlyAdmin: () => void = () => undefined): Promise<boolean> {
    return this.#database.sql.transaction().execute(async transaction => {
      await this.#requireOther(transaction, id, onlyAdmin)
      const { numDeletedRows } = await transaction
        .deleteFrom('users')
        .where('id', '=', id)
        .where(asSeen(seen && rowOf(seen)))
        .executeTakeFirstOrThrow()
      return wasThere(numDeletedRows, seen)
    })
  }

  /** Whether nobody could administer after this change, as it is at the moment: `change` looks again. */
  async endsOnlyAdmin(id: string, change: Static<typeof Change>): Promise<boolean> {
    return endsAdmin(change) && (await isOnlyAdmin(this.#database.sql, id))
  }

  /** And that stays so until `transaction` ends. */
  async #requireOther(transaction: Transaction<Tables>, id: string, onlyAdmin: () => void): Promise<void> {
    await this.#database.takeTurn(transaction, 'users')
    if (await isOnlyAdmin(transaction, id)) onlyAdmin()
  }
}

/** Whether an admin who is changed so can administer nothing any more. */
function endsAdmin({ role, disabledMs }: Static<typeof Change>): boolean {
  return (role !== undefined && role !== 'admin') || disabledMs != null
}

async function isOnlyAdmin(sql: Kysely<Tables>, id: string): Promise<boolean> {
  const admins = await sql
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_ms', 'is', null)
    .limit(2)
    .execute()
  return admins.length === 1 && admins[0]!.id === id
}

function rowOf({ id, name, role, createdMs, disabledMs }: SeenUser) {
  return { id, name, role, created_ms: createdMs, disabled_ms: disabledMs }
}

function userOf(row: Selectable<UserTable>): User {
  const { id, name, role, password, created_ms: createdMs, disabled_ms: disabledMs } = row
  return { id, name, role, password, createdMs, disabledMs }
}
