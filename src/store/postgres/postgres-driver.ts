import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type TransactionSettings
} from 'kysely'
import type { Partitions } from './partitions.ts'
import { PostgresConnection } from './postgres-connection.ts'
import { postgresError } from './postgres-errors.ts'
import type { PostgresPool } from './postgres-pool.ts'

/** Kysely's PostgreSQL over a pool of pg, with bulk inserts, cursors, deadlines and our errors. */
export function postgresDialect(pool: PostgresPool, partitions?: Partitions): Dialect {
  return {
    createDriver: () => new PostgresDriver(pool, partitions),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: database => new PostgresIntrospector(database)
  }
}

class PostgresDriver implements Driver {
  readonly #pool: PostgresPool

  readonly #partitions: Partitions | undefined

  constructor(pool: PostgresPool, partitions: Partitions | undefined) {
    this.#pool = pool
    this.#partitions = partitions
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    const { pool, place, limits } = this.#pool
    try {
      return new PostgresConnection(await pool.connect(), place, limits, this.#partitions)
    } catch (error) {
      throw postgresError(error, place)
    }
  }

  /** Whoever waited for a turn (turns.ts) sees what was done before it, whatever the server's own default is. */
  async beginTransaction(
    connection: PostgresConnection,
    { isolationLevel = 'read committed', accessMode }: TransactionSettings
  ): Promise<void> {
    await connection.begin(`start transaction isolation level ${isolationLevel} ${accessMode ?? ''}`)
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    await connection.end('commit')
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    await connection.end('rollback')
  }

  savepoint = named('savepoint')
  rollbackToSavepoint = named('rollback to savepoint')
  releaseSavepoint = named('release savepoint')

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {
    await this.#pool.pool.end()
  }
}

function named(command: string) {
  return async (connection: DatabaseConnection, name: string): Promise<void> => {
    if (connection instanceof PostgresConnection) await connection.query(`${command} "${name}"`)
  }
}
