import type { ControlledTransaction, Transaction } from 'kysely'
import type { StoreDatabase } from './database.ts'
import type { Tables } from './tables.ts'
import { type CountTable, countTables } from './tables-counts.ts'

const tables = [
  ...(Object.keys(countTables) as CountTable[]),
  'event_spans',
  'tracks',
  'track_looks',
  'trajectory_heads',
  'trajectory_chunks',
  'measure_samples'
] as const

/**
 * One transaction over several calls. It is rolled back when one of them fails, and when the next one does not come:
 * SQLite has one writer, and everybody else waits for it.
 */
export class Replacement implements AsyncDisposable {
  readonly #transaction: ControlledTransaction<Tables>
  readonly #pauseMs: number
  #timer: NodeJS.Timeout | undefined
  #over = false

  constructor(transaction: ControlledTransaction<Tables>, pauseMs: number) {
    this.#transaction = transaction
    this.#pauseMs = pauseMs
  }

  static async begin(database: StoreDatabase, pauseMs: number): Promise<Replacement> {
    return new Replacement(await database.sql.startTransaction().execute(), pauseMs)
  }

  /** True when it was rolled back or committed: nothing more can be added. */
  get over(): boolean {
    return this.#over
  }

  async work<Result>(change: (transaction: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    clearTimeout(this.#timer)
    try {
      const result = await change(this.#transaction)
      this.#timer = setTimeout(() => void this[Symbol.asyncDispose](), this.#pauseMs)
      return result
    } catch (error) {
      await this[Symbol.asyncDispose]()
      throw error
    }
  }

  async commit(): Promise<void> {
    clearTimeout(this.#timer)
    this.#over = true
    await this.#transaction.commit().execute()
  }

  /** Leaves everything as it was before, unless it was committed. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    if (this.#over) return
    this.#over = true
    // A lost connection has rolled back by itself.
    await this.#transaction
      .rollback()
      .execute()
      .catch(() => {})
  }
}

/** Removes all that logs ever told of this stream and epoch. */
export async function removeEpoch(transaction: Transaction<Tables>, stream: string, epoch: number): Promise<void> {
  const span = await transaction
    .selectFrom('event_spans')
    .select(['from_ms', 'to_ms'])
    .where('stream', '=', stream)
    .where('epoch', '=', epoch)
    .executeTakeFirst()
  if (span) {
    await transaction
      .deleteFrom('events')
      .where('stream', '=', stream)
      .where('epoch', '=', epoch)
      .where('at_ms', '>=', span.from_ms)
      .where('at_ms', '<=', span.to_ms)
      .execute()
  }
  for (const table of tables) {
    await transaction.deleteFrom(table).where('stream', '=', stream).where('epoch', '=', epoch).execute()
  }
}
