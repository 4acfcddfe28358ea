import Type, { type Static } from 'typebox'
import { countOf } from './count-of.ts'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { checkValues, invalid, tooLarge } from './query-border.ts'
import { checked, Key, WallMs } from './row-border.ts'

/** What somebody may do with one stream, with all of one site, or with every stream there is and will be. */
export const Grant = Type.Object(
  {
    userId: Key,
    scope: Type.Enum(['stream', 'site', 'all']),
    /** Name of the stream, id of the site, `all` of all. */
    scopeId: Key,
    role: Type.Enum(['viewer', 'operator']),
    createdMs: WallMs
  },
  { additionalProperties: false }
)
export type Grant = Static<typeof Grant>

/** By name, or all that there are and will be. */
export type StreamsReached = 'all' | ReadonlySet<string>

/** Most grants of one user. */
const maxGrants = 10_000

export class Grants {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** By scope and what it is of: at most 10,000. */
  ofUser(userId: string): Promise<readonly Grant[]> {
    return this.#of([userId], maxGrants)
  }

  /** Of each the same. Throws SL_QUERY_TOO_LARGE for more than 10,000 in all. */
  async ofUsers(userIds: readonly string[]): Promise<readonly Grant[]> {
    const found = await this.#of(userIds, maxGrants + 1)
    if (found.length > maxGrants) throw tooLarge(maxGrants, 'grants')
    return found
  }

  async #of(userIds: readonly string[], most: number): Promise<readonly Grant[]> {
    checkValues('userIds', userIds)
    const rows = await this.#database.sql
      .selectFrom('grants')
      .selectAll()
      .where(oneOf(this.#database, 'user_id', userIds))
      .orderBy('user_id')
      .orderBy('scope')
      .orderBy('scope_id')
      .limit(most)
      .execute()
    return rows.map(({ user_id, scope, scope_id, role, created_ms }) => {
      return { userId: user_id, scope, scopeId: scope_id, role, createdMs: created_ms }
    })
  }

  /** Of a user. */
  count(userId: string): Promise<number> {
    return countOf(this.#database.sql.selectFrom('grants').where('user_id', '=', userId))
  }

  /**
   * Replaces the role that they had there. Throws SL_QUERY_INVALID, also for a user who is not there, and what `room` throws,
   * which is told how many they have of other places.
   */
  async give(grant: Grant, room: (there: number) => void = () => undefined): Promise<void> {
    const { userId, scope, scopeId, role, createdMs } = checked(Grant, grant, 'The grant')
    if (scope === 'all' && scopeId !== 'all') throw invalid(`A grant of all is of "all", not of ${scopeId}.`)
    await this.#database.sql.transaction().execute(async transaction => {
      const user = await transaction.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst()
      if (!user) throw invalid(`There is no user ${userId} to grant anything to.`)
      await this.#database.takeTurn(transaction, `grants/${userId}`)
      const own = transaction.selectFrom('grants').where('user_id', '=', userId)
      room(await countOf(own.where(({ or, eb }) => or([eb('scope', '!=', scope), eb('scope_id', '!=', scopeId)]))))
      await transaction
        .insertInto('grants')
        .values({ user_id: userId, scope, scope_id: scopeId, role, created_ms: createdMs })
        .onConflict(conflict =>
          conflict.columns(['user_id', 'scope', 'scope_id']).doUpdateSet({ role, created_ms: createdMs })
        )
        .execute()
    })
  }

  /** False when there was no such grant. */
  async take({ userId, scope, scopeId }: Pick<Grant, 'userId' | 'scope' | 'scopeId'>): Promise<boolean> {
    const { numDeletedRows } = await this.#database.sql
      .deleteFrom('grants')
      .where('user_id', '=', userId)
      .where('scope', '=', scope)
      .where('scope_id', '=', scopeId)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0n
  }

  /** What they may view, and operate: all streams, or those of `streamsOf`. */
  async reachOf(userId: string): Promise<{ readonly viewing: StreamsReached; readonly operating: StreamsReached }> {
    const rows = await this.#database.sql
      .selectFrom('grants')
      .select('role')
      .where('user_id', '=', userId)
      .where('scope', '=', 'all')
      .execute()
    const everywhere = new Set(rows.map(({ role }) => role))
    if (everywhere.has('operator')) return { viewing: 'all', operating: 'all' }
    const operating = new Set(await this.streamsOf(userId, { operating: true }))
    if (everywhere.has('viewer')) return { viewing: 'all', operating }
    return { viewing: new Set(await this.streamsOf(userId)), operating }
  }

  /**
   * The streams on which they have a role, or at least that of an operator: granted by name, or by the site that a
   * stream is of now. By name, at most 10,000; what the other queries take as `permitted`.
   */
  async streamsOf(
    userId: string,
    { operating = false }: { readonly operating?: boolean } = {}
  ): Promise<readonly string[]> {
    const roles = operating ? (['operator'] as const) : (['viewer', 'operator'] as const)
    const { sql } = this.#database
    const rows = await sql
      .selectFrom('grants')
      .select('scope_id as name')
      .where('user_id', '=', userId)
      .where('scope', '=', 'stream')
      .where('role', 'in', roles)
      .union(
        sql
          .selectFrom('grants')
          .innerJoin('streams', 'streams.site_id', 'grants.scope_id')
          .select('streams.name as name')
          .where('user_id', '=', userId)
          .where('scope', '=', 'site')
          .where('role', 'in', roles)
      )
      .orderBy('name')
      .limit(maxGrants)
      .execute()
    return rows.map(({ name }) => name)
  }
}
