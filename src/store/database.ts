import type { Insertable, Kysely, Transaction } from 'kysely'
import { type OpenPostgresOptions, openPostgres } from './postgres/open-postgres.ts'
import { type OpenSqliteOptions, openSqlite } from './sqlite/open-sqlite.ts'
import type { Tables } from './tables.ts'
import type { SplitTable } from './tables-split.ts'

/**
 * The store's database. Queries are written once, in what SQLite and PostgreSQL share.
 *
 * Errors: `SL_STORE_UNAVAILABLE` and `SL_STORE_FULL` (both retryable unless somebody has to act), `SL_STORE_TIMEOUT`,
 * `SL_STORE_REFUSED` (a value or a rule of the tables), `SL_STORE_DAMAGED`.
 */
export interface StoreDatabase extends AsyncDisposable {
  readonly kind: 'sqlite' | 'postgres'
  /**
   * Reads outside a transaction run beside the writes; a transaction sees its own. After a failed query a
   * transaction can only be rolled back.
   */
  readonly sql: Kysely<Tables>
  /** Adds many rows in the database's fastest way. Rows whose key exists are passed over; gives how many were new. */
  insertNew<Table extends keyof Tables>(
    transaction: Transaction<Tables>,
    table: Table,
    rows: readonly Insertable<Tables[Table]>[]
  ): Promise<number>
  /**
   * Waits until no other transaction is at `what`, and keeps it from others until this one ends: for what is counted or looked at
   * before it is changed. SQLite has one that writes at a time as it is. At most one in a transaction, and before anything is read
   * or changed that it rests on.
   * @param what such as `users`, or `tokens/ID` where everybody has their own. `identities`: whose tracks are. Who is merged while
   * another track of theirs is settled would go with that track.
   */
  takeTurn(transaction: Transaction<Tables>, what: string): Promise<void>
  /** Reads that all see the same moment, however long they take, while writes go on. */
  reading<Result>(work: (snapshot: Transaction<Tables>) => Promise<Result>): Promise<Result>
  /**
   * Drops what lies in partitions of which everything is older, at once, and gives how many these were: 0 where the
   * database has none. Older rows may be left.
   */
  dropPartitionsBefore(table: SplitTable, beforeMs: number): Promise<number>
}

/** A file for SQLite, made where it is not there; or a URL for PostgreSQL. */
export type DatabasePlace = OpenSqliteOptions | OpenPostgresOptions

/**
 * Opens the database, brought to this version's tables.
 * @throws SL_DATA_NEWER, SL_STORE_UNAVAILABLE, SL_STORE_DAMAGED
 */
export async function openDatabase(place: DatabasePlace): Promise<StoreDatabase> {
  return 'url' in place ? openPostgres(place) : openSqlite(place)
}
