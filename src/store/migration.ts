import type {
  ColumnDataType,
  ColumnDefinitionBuilder,
  CreateTableBuilder,
  Kysely,
  RawBuilder,
  Transaction
} from 'kysely'
import { SightlineError } from '../core/errors.ts'
import { LiftLimit } from './database-requests.ts'
import { history } from './migrations/history.ts'

type DataType = ColumnDataType | RawBuilder<unknown>

/** What SQLite and PostgreSQL spell differently in a migration. */
export interface MigrationDialect {
  /** Compared byte by byte in both. */
  readonly text: DataType
  readonly bytes: DataType
  readonly real: DataType
  /** A primary key that grows by itself. */
  readonly growing: {
    readonly type: DataType
    readonly make: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder
  }
  /** Present where tables that grow for ever are split by time. Every unique key of such a table contains the time. */
  readonly split?: {
    /** Splits a table of `splitTables`, by the column named there. */
    readonly table: <Name extends string, Columns extends string>(
      builder: CreateTableBuilder<Name, Columns>,
      column: Columns
    ) => CreateTableBuilder<Name, Columns>
    /** What is left to do when the tables are there. */
    readonly complete: (sql: Kysely<unknown>) => Promise<void>
  }
  /** Keeps a table's rows in the order of its primary key, where the database can. */
  readonly clustered?: <Name extends string, Columns extends string>(
    builder: CreateTableBuilder<Name, Columns>
  ) => CreateTableBuilder<Name, Columns>
  /** Lets one migration run at a time, whoever else has the database open. Ends with the transaction. */
  readonly lock: (transaction: Transaction<unknown>) => Promise<void>
}

/** One step of the tables' history. Never changed once it is released: what comes after it relies on it. */
export interface Migration {
  readonly name: string
  readonly up: (sql: Kysely<unknown>, dialect: MigrationDialect) => Promise<void>
}

interface HistoryTable {
  readonly store_history: { step: number; name: string; applied_ms: number }
}

/**
 * Brings the tables to this version, forward only, each step whole or not at all.
 * @param place the database as people are told of it
 * @param steps the history, for tests
 * @throws SL_DATA_NEWER when a newer Sightline has had it
 */
export async function migrate(
  database: Kysely<unknown>,
  dialect: MigrationDialect,
  place: string,
  steps: readonly Migration[] = history
): Promise<void> {
  const kysely = database as unknown as Kysely<HistoryTable>
  for (let done = false; !done; ) {
    done = await kysely.transaction().execute(async transaction => {
      await transaction.executeQuery(new LiftLimit())
      await dialect.lock(transaction as unknown as Transaction<unknown>)
      await transaction.schema
        .createTable('store_history')
        .ifNotExists()
        .addColumn('step', 'integer', column => column.primaryKey())
        .addColumn('name', dialect.text, column => column.notNull())
        .addColumn('applied_ms', 'bigint', column => column.notNull())
        .execute()
      const { reached } = await transaction
        .selectFrom('store_history')
        .select(({ fn, lit }) => fn.coalesce(fn.max('step'), lit(0)).as('reached'))
        .executeTakeFirstOrThrow()
      if (reached > steps.length) throw newer(place, reached, steps.length)
      const next = steps[reached]
      if (!next) return true
      await next.up(transaction as unknown as Kysely<unknown>, dialect)
      const row = { step: reached + 1, name: next.name, applied_ms: Date.now() }
      await transaction.insertInto('store_history').values(row).execute()
      return reached + 1 === steps.length
    })
  }
}

function newer(place: string, reached: number, known: number): SightlineError {
  return new SightlineError(
    'SL_DATA_NEWER',
    `The store at ${place} was written by a newer Sightline (its tables are at step ${reached}, this version knows ${known}). Start that version, or restore a backup that this one made.`
  )
}
