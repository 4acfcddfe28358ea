import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'

/** Marks of one user; the oldest beyond are forgotten. Raise it for people who look at more than this and look back. */
const mostMarks = 100_000

/** Which events each user has looked at. Marks belong to the user: what one has seen another may still have to see. */
export class SeenEvents {
  readonly #database: StoreDatabase
  readonly #mostMarks: number
  readonly #now: () => number

  constructor(database: StoreDatabase, now: () => number = Date.now, most: number = mostMarks) {
    this.#database = database
    this.#mostMarks = most
    this.#now = now
  }

  /** Marking again changes nothing. */
  async mark(userId: string, eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return
    const seen_ms = this.#now()
    const rows = [...new Set(eventIds)].map(event_id => ({ user_id: userId, event_id, seen_ms }))
    await this.#database.sql.transaction().execute(async transaction => {
      await this.#database.insertNew(transaction, 'seen_events', rows)
      const last = await transaction
        .selectFrom('seen_events')
        .select('seen_ms')
        .where('user_id', '=', userId)
        .orderBy('seen_ms', 'desc')
        .offset(this.#mostMarks)
        .limit(1)
        .executeTakeFirst()
      if (!last) return
      await transaction
        .deleteFrom('seen_events')
        .where('user_id', '=', userId)
        .where('seen_ms', '<=', last.seen_ms)
        .execute()
    })
  }

  async unmark(userId: string, eventIds: readonly string[]): Promise<void> {
    await this.#database.sql
      .deleteFrom('seen_events')
      .where('user_id', '=', userId)
      .where(oneOf(this.#database, 'event_id', eventIds))
      .execute()
  }

  /** Those of `eventIds` that `userId` has looked at. */
  async among(userId: string, eventIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (eventIds.length === 0) return new Set()
    const rows = await this.#database.sql
      .selectFrom('seen_events')
      .select('event_id')
      .where('user_id', '=', userId)
      .where(oneOf(this.#database, 'event_id', eventIds))
      .execute()
    return new Set(rows.map(({ event_id }) => event_id))
  }
}
