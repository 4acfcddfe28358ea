import type { StoreDatabase } from './database.ts'
import { jsonText } from './row-border.ts'

/** What somebody asked for, under a key of theirs. */
export interface OnceRequest {
  /** Whose key it is: everybody has their own. */
  readonly actor: string
  readonly key: string
  /** What was asked for, as a mark that says nothing of it. */
  readonly request: string
}

/**
 * `begun`: nobody had asked for it. `under-way`: somebody has, and it is not done. `other`: the key was used for another
 * request. Else it was done, and this was the answer.
 */
export type OnceState = 'begun' | 'under-way' | 'other' | { readonly answer: unknown }

/** How long an answer is kept. */
const keptMs = 86_400_000
/** After that without a `refresh` it was left undone by a process that is gone: the next who asks begins anew. */
const longestMs = 300_000

/** Remembers what was asked for under a key, so that a request that is sent again is not done again. */
export class OnceKeys {
  readonly #database: StoreDatabase
  readonly #now: () => number

  constructor(database: StoreDatabase, now: () => number = Date.now) {
    this.#database = database
    this.#now = now
  }

  async begin({ actor, key, request }: OnceRequest): Promise<OnceState> {
    const begun_ms = this.#now()
    return this.#database.sql.transaction().execute(async transaction => {
      const earlier = transaction.deleteFrom('once_keys').where('actor', '=', actor).where('key', '=', key)
      await earlier.where('begun_ms', '<', begun_ms - keptMs).execute()
      await earlier
        .where('answer', 'is', null)
        .where('begun_ms', '<', begun_ms - longestMs)
        .execute()
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('once_keys')
        .values({ actor, key, request, begun_ms })
        .onConflict(conflict => conflict.doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows) return 'begun'
      const row = await transaction
        .selectFrom('once_keys')
        .select(['request', 'answer'])
        .where('actor', '=', actor)
        .where('key', '=', key)
        .executeTakeFirst()
      if (!row) return 'under-way'
      if (row.request !== request) return 'other'
      return row.answer === null ? 'under-way' : { answer: JSON.parse(row.answer) }
    })
  }

  /** It is still being done. To be said every few minutes, and only by whoever began. */
  async refresh(asked: OnceRequest): Promise<void> {
    await underWay(this.#database.sql.updateTable('once_keys').set({ begun_ms: this.#now() }), asked).execute()
  }

  async done(asked: OnceRequest, answer: unknown): Promise<void> {
    const kept = { answer: jsonText(answer, 'The answer') }
    await underWay(this.#database.sql.updateTable('once_keys').set(kept), asked).execute()
  }

  /** It was not done: whoever asks again under this key begins anew. */
  async failed(asked: OnceRequest): Promise<void> {
    await underWay(this.#database.sql.deleteFrom('once_keys'), asked).execute()
  }

  /** Throws away what is older than a day. To be called every now and then: there are secrets in answers, sealed. */
  async forget(): Promise<void> {
    await this.#database.sql
      .deleteFrom('once_keys')
      .where('begun_ms', '<', this.#now() - keptMs)
      .execute()
  }
}

interface Narrowed<Query> {
  where(column: 'actor' | 'key' | 'request', operator: '=', value: string): Query
  where(column: 'answer', operator: 'is', value: null): Query
}

/** What was answered is never touched again. */
function underWay<Query extends Narrowed<Query>>(query: Query, { actor, key, request }: OnceRequest): Query {
  return query
    .where('actor', '=', actor)
    .where('key', '=', key)
    .where('request', '=', request)
    .where('answer', 'is', null)
}
