import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Kysely } from 'kysely'
import { SightlineError } from '../../core/errors.ts'
import type { StoreDatabase } from '../database.ts'
import { insertNew, reading } from '../database-requests.ts'
import { type Migration, migrate } from '../migration.ts'
import { type QueryWatch, queryLog } from '../query-watch.ts'
import type { Tables } from '../tables.ts'
import { sqliteDialect } from './sqlite-driver.ts'
import { sqliteMigration } from './sqlite-migration.ts'
import { SqliteThread } from './sqlite-thread.ts'
import { ThreadPool } from './thread-pool.ts'

export interface OpenSqliteOptions {
  /** Made, with its folder, where it is not there. */
  readonly file: string
  /** Threads that read beside the writer. Each takes some 15 MB. Default 2. */
  readonly readers?: number
  /** How long a read outside a transaction may take, in milliseconds. Default 30,000. */
  readonly limitMs?: number
  /** How long a transaction may ask nothing before it is undone, in milliseconds. Default 60,000. */
  readonly idleMs?: number
  /** Told when fsync failed: nothing can be trusted any more, and the process should end. */
  readonly onFatal?: (error: SightlineError) => void
  /** Steps to bring the tables to, where these are not all: a restore of an older backup fills older tables. */
  readonly steps?: readonly Migration[]
  /** Told of every query. */
  readonly onQuery?: QueryWatch | undefined
}

/** Streams and snapshots at a time: a backup, an export or two. */
const mostSnapshots = 4
/** Backups, exports and surveys come hours apart, and an idle thread holds 14 MB. */
const snapshotRestMs = 5000
/** Pages kept in memory by each thread, in KiB: the upper levels of the indexes of some 100 million rows. */
const cacheKib = 16_384

/** Opens the embedded store, brought to this version's tables. */
export async function openSqlite(options: OpenSqliteOptions): Promise<StoreDatabase> {
  const { file, readers = 2, limitMs = 30_000, idleMs = 60_000, onFatal = () => undefined } = options
  await makeFolder(dirname(file))
  const failed = (error: SightlineError) => {
    pools.writer.refuse(error)
    onFatal(error)
  }
  const start = (name: string, readOnly: boolean) => () => new SqliteThread(name, { file, readOnly, cacheKib }, failed)
  const pools = {
    writer: new ThreadPool(1, start('store-writer', false), limitMs),
    readers: new ThreadPool(readers, start('store-reader', true), limitMs),
    snapshots: new ThreadPool(mostSnapshots, start('store-snapshot', true), limitMs, snapshotRestMs)
  }
  const sql = new Kysely<Tables>({
    dialect: sqliteDialect(pools, { limitMs, idleMs }),
    ...queryLog('sqlite', options.onQuery)
  })
  const close = async () => {
    await sql.destroy()
    await Promise.all([pools.readers, pools.snapshots].map(pool => pool[Symbol.asyncDispose]()))
    // Last, so that it can empty the write-ahead log.
    await pools.writer[Symbol.asyncDispose]()
  }
  try {
    await migrate(sql as unknown as Kysely<unknown>, sqliteMigration, file, options.steps)
  } catch (error) {
    await close()
    throw error
  }
  return {
    kind: 'sqlite',
    sql,
    insertNew,
    // One transaction writes at a time.
    takeTurn: async () => undefined,
    reading: work => reading(sql, work),
    dropPartitionsBefore: async () => 0,
    [Symbol.asyncDispose]: close
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new SightlineError(
      'SL_STORE_UNAVAILABLE',
      `The folder ${path} for the store cannot be made (${(error as Error).message}). Give one that this user can write with --data.`,
      { cause: error }
    )
  }
}
