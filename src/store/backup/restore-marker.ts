import { sql } from 'kysely'
import { SightlineError } from '../../core/errors.ts'
import type { StoreDatabase } from '../database.ts'
import { type BackedUpTable, backedUpTables, unfinishedKey } from './backup-tables.ts'

/** Whoever opens a store to work with it asks this first. Throws SL_RESTORE_UNFINISHED. */
export async function refuseHalfRestored(database: StoreDatabase): Promise<void> {
  if (!(await isMarked(database))) return
  throw new SightlineError(
    'SL_RESTORE_UNFINISHED',
    'A restore into this store was broken off, so it has half of a backup. Run `sightline restore` again: it empties the store and begins anew.'
  )
}

/** Marks an empty store, or empties one that a restore has half filled, and says so. Throws SL_RESTORE_NOT_EMPTY. */
export async function beginRestore(database: StoreDatabase): Promise<boolean> {
  const again = await isMarked(database)
  if (again) {
    await emptyStore(database)
  } else {
    const table = await firstWithRows(database)
    if (table !== undefined) {
      throw new SightlineError(
        'SL_RESTORE_NOT_EMPTY',
        `The store has rows already (in ${table}), and a restore would mix two stores. Give a new folder with --data, or an empty database.`
      )
    }
  }
  const mark = { key: unfinishedKey, value: 'true', changed_ms: 0 }
  await database.sql.insertInto('settings').values(mark).execute()
  return again
}

export async function endRestore(database: StoreDatabase): Promise<void> {
  if (database.kind === 'postgres') await raiseGrowing(database)
  await database.sql.deleteFrom('settings').where('key', '=', unfinishedKey).execute()
}

/** Takes out all rows, the mark last. */
export async function emptyStore(database: StoreDatabase): Promise<void> {
  const { sql: store } = database
  for (const table of (await tablesOf(database)).reverse()) {
    if (table !== 'settings') await store.deleteFrom(table).execute()
  }
  await store.deleteFrom('settings').where('key', '!=', unfinishedKey).execute()
  await store.deleteFrom('settings').execute()
}

async function isMarked({ sql: store }: StoreDatabase): Promise<boolean> {
  const found = await store.selectFrom('settings').select('key').where('key', '=', unfinishedKey).executeTakeFirst()
  return found !== undefined
}

async function firstWithRows(database: StoreDatabase): Promise<string | undefined> {
  for (const table of await tablesOf(database)) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(database.sql)
    if (rows.length > 0) return table
  }
  return undefined
}

/** Those that the store has: one that is brought up to date after the restore may lack the newest. */
async function tablesOf({ sql: store }: StoreDatabase): Promise<BackedUpTable[]> {
  const names = new Set((await store.introspection.getTables()).map(({ name }) => name))
  return backedUpTables.filter(table => names.has(table))
}

/** Rows came with numbers of their own: the next ones go on above them. SQLite sees to that by itself. */
async function raiseGrowing(database: StoreDatabase): Promise<void> {
  const { sql: store } = database
  const there = new Set<string>(await tablesOf(database))
  for (const table of ['events', 'jobs', 'audit', 'site_identities'] as const) {
    if (!there.has(table)) continue
    await sql`select setval(pg_get_serial_sequence(${table}, 'n'), max(n)) from ${sql.table(table)} having max(n) > 0`.execute(
      store
    )
  }
}
