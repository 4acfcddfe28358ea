import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings
} from 'kysely'
import { SqliteConnection, type SqliteLimits, type SqlitePools } from './sqlite-connection.ts'

/** Kysely's SQLite, whose queries run in threads. */
export function sqliteDialect(pools: SqlitePools, limits: SqliteLimits): Dialect {
  return {
    createDriver: () => new SqliteDriver(pools, limits),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new ThreadedAdapter(),
    createIntrospector: database => new SqliteIntrospector(database)
  }
}

class ThreadedAdapter extends SqliteAdapter {
  // Kysely would let only one query run at a time.
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

class SqliteDriver implements Driver {
  readonly #pools: SqlitePools
  readonly #limits: SqliteLimits

  constructor(pools: SqlitePools, limits: SqliteLimits) {
    this.#pools = pools
    this.#limits = limits
  }

  async init(): Promise<void> {}

  /** Costs nothing: threads are lent out when it is known what for. */
  async acquireConnection(): Promise<SqliteConnection> {
    return new SqliteConnection(this.#pools, this.#limits)
  }

  async beginTransaction(connection: SqliteConnection, { accessMode }: TransactionSettings): Promise<void> {
    await connection.begin(accessMode === 'read only')
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.commit()
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    await connection.rollback()
  }

  savepoint = named('savepoint')
  rollbackToSavepoint = named('rollback to')
  releaseSavepoint = named('release')

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

function named(command: string) {
  return async (connection: DatabaseConnection, name: string): Promise<void> => {
    if (connection instanceof SqliteConnection) await connection.savepoint(`${command} "${name}"`)
  }
}
