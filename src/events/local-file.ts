import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SightlineError } from '../core/errors.ts'
import { isForeign } from './log-failure.ts'
import { renameSqlite } from './segment-file.ts'

export interface LocalFileOptions {
  readonly path: string
  /** Statements that make its tables, where they are not there. */
  readonly tables: string
  /** Raised when the tables change. */
  readonly version: number
  /** `full`: what was written outlives a power cut. `normal`: the last seconds may not, and nobody waits for the disk. */
  readonly synchronous: 'full' | 'normal'
}

/**
 * A small SQLite file of the data folder that works while the store does not. A file that is no SQLite any more is
 * put aside and begun anew. Throws SL_LOG_VERSION for one of a newer program.
 */
export function openLocalFile(options: LocalFileOptions): DatabaseSync {
  mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 })
  try {
    return open(options)
  } catch (error) {
    if (!isForeign(error)) throw error
    renameSqlite(options.path, `${options.path}.damaged`)
    return open(options)
  }
}

function open({ path, tables, version, synchronous }: LocalFileOptions): DatabaseSync {
  const file = new DatabaseSync(path, { timeout: 5000 })
  try {
    file.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous}`)
    const { user_version: found } = file.prepare('pragma user_version').get() as { user_version: number }
    if (found > version)
      throw new SightlineError(
        'SL_LOG_VERSION',
        `${path} was written by a newer Sightline (version ${found}; this one knows ${version}): start that one again.`
      )
    file.exec(`${tables}; pragma user_version = ${version}`)
    return file
  } catch (error) {
    file.close()
    throw error
  }
}
