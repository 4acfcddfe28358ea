import { Kysely } from 'kysely'
import { SightlineError } from '../../core/errors.ts'
import type { StoreDatabase } from '../database.ts'
import { insertNew, reading } from '../database-requests.ts'
import { type Migration, migrate } from '../migration.ts'
import { type QueryWatch, queryLog } from '../query-watch.ts'
import type { Tables } from '../tables.ts'
import type { SplitTable } from '../tables-split.ts'
import { Partitions } from './partitions.ts'
import { PostgresConnection } from './postgres-connection.ts'
import { postgresDialect } from './postgres-driver.ts'
import { postgresError } from './postgres-errors.ts'
import { postgresMigration } from './postgres-migration.ts'
import { createPool, type PostgresOptions, type PostgresPool } from './postgres-pool.ts'
import { dropChunksStatement } from './timescale.ts'
import { takeTurn } from './turns.ts'

/**
 * Whether TimescaleDB splits the tables when they are first made. `installed`: where the database has the extension.
 * `create`: where the server offers it, creating the extension, which needs the right to. Default `installed`.
 */
export type TimescaleChoice = 'never' | 'installed' | 'create'

export interface OpenPostgresOptions extends PostgresOptions {
  readonly timescale?: TimescaleChoice
  /** Steps to bring the tables to, where these are not all: a restore of an older backup fills older tables. */
  readonly steps?: readonly Migration[]
  /** Told of every query. */
  readonly onQuery?: QueryWatch | undefined
}

/** Opens a database of PostgreSQL 13 or newer, brought to this version's tables. */
export async function openPostgres({
  timescale = 'installed',
  steps,
  onQuery,
  ...options
}: OpenPostgresOptions): Promise<StoreDatabase> {
  const pool = createPool(options)
  const partitions = new Partitions()
  const sql = new Kysely<Tables>({ dialect: postgresDialect(pool, partitions), ...queryLog('postgres', onQuery) })
  try {
    await withConnection(pool, async connection => {
      const { rows } = await connection.query('show server_encoding')
      if (rows[0]?.server_encoding !== 'UTF8')
        throw new SightlineError(
          'SL_STORE_REFUSED',
          `The database ${pool.place} has the encoding ${rows[0]?.server_encoding}; create one with ENCODING 'UTF8'.`
        )
    })
    const hypertables = timescale !== 'never' && (await hasTimescale(pool, timescale))
    await migrate(sql as unknown as Kysely<unknown>, postgresMigration(hypertables), pool.place, steps)
    const split = await withConnection(pool, connection => splitBy(connection))
    if (split === 'months')
      await withConnection(pool, async connection => {
        await connection.begin('begin')
        await partitions.open(connection, Date.now())
        await connection.end('commit')
      })
    return {
      kind: 'postgres',
      sql,
      insertNew,
      takeTurn,
      reading: work => reading(sql, work),
      dropPartitionsBefore: (table, beforeMs) =>
        withConnection(pool, connection =>
          split === 'months'
            ? partitions.dropBefore(connection, table, beforeMs)
            : dropChunks(connection, table, beforeMs)
        ),
      [Symbol.asyncDispose]: () => close(sql, pool)
    }
  } catch (error) {
    await close(sql, pool)
    throw error
  }
}

/** Kysely ends the pool only when it was used. */
async function close(sql: Kysely<Tables>, { pool }: PostgresPool): Promise<void> {
  await sql.destroy()
  if (!pool.ending) await pool.end()
}

async function withConnection<Result>(
  { pool, place, limits }: PostgresPool,
  work: (connection: PostgresConnection) => Promise<Result>
): Promise<Result> {
  const client = await pool.connect().catch(error => {
    throw postgresError(error, place)
  })
  const connection = new PostgresConnection(client, place, limits)
  try {
    return await work(connection)
  } finally {
    connection.release()
  }
}

async function hasTimescale(pool: PostgresPool, choice: TimescaleChoice): Promise<boolean> {
  return withConnection(pool, async connection => {
    const { rows } = await connection.query(
      `select installed_version is not null as installed from pg_available_extensions where name = 'timescaledb'`
    )
    if (rows.length > 0 && !rows[0].installed && choice === 'create')
      await connection.query('create extension if not exists timescaledb')
    return rows.length > 0 && (rows[0].installed || choice === 'create')
  })
}

/** How the tables were split when they were made. */
async function splitBy(connection: PostgresConnection): Promise<'months' | 'hypertables'> {
  const { rows } = await connection.query(`select relkind from pg_class where oid = 'events'::regclass`)
  return rows[0]?.relkind === 'p' ? 'months' : 'hypertables'
}

async function dropChunks(connection: PostgresConnection, table: SplitTable, beforeMs: number): Promise<number> {
  return (await connection.query(dropChunksStatement(table, beforeMs))).rows.length
}
