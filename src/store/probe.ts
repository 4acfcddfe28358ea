import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { SightlineError } from '../core/errors.ts'
import { postgresError } from './postgres/postgres-errors.ts'
import { createPool } from './postgres/postgres-pool.ts'

/** How a store looks from outside: a short sentence. */
export interface StoreProbe {
  readonly isThere: boolean
  readonly about: string
}

/** Looks at an embedded store, changes nothing, and does not mind who has it open. @throws SL_STORE_DAMAGED */
export function probeSqlite(file: string): StoreProbe {
  if (!existsSync(file)) return { isThere: false, about: 'It is made at the first start.' }
  try {
    using database = new DatabaseSync(file, { readOnly: true, timeout: 2000 })
    const { version } = database.prepare('select sqlite_version() as version').get() as { version: string }
    const { tables } = database.prepare('select count(*) as tables from sqlite_schema').get() as { tables: number }
    return { isThere: true, about: `SQLite ${version}, ${tables > 0 ? 'readable' : 'empty'}.` }
  } catch (cause) {
    throw new SightlineError('SL_STORE_DAMAGED', `The store ${file} cannot be read: ${(cause as Error).message}.`, {
      cause
    })
  }
}

/** Asks a database whether it is there, and changes nothing. @throws SL_STORE_UNAVAILABLE, SL_OPTION_INVALID */
export async function probePostgres(url: string): Promise<StoreProbe> {
  const { pool, place } = createPool({ url, connections: 1, connectMs: 5000, limitMs: 5000 })
  try {
    const { rows } = await pool.query('show server_version')
    return { isThere: true, about: `PostgreSQL ${String(rows[0]?.server_version)} at ${place} answers.` }
  } catch (error) {
    throw postgresError(error, place)
  } finally {
    await pool.end()
  }
}
