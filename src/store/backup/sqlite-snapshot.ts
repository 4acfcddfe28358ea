import { DatabaseSync } from 'node:sqlite'
import { SightlineError } from '../../core/errors.ts'
import type { BackedUpTable } from './backup-tables.ts'
import type { Row } from './row-text.ts'
import { batchRows, type Snapshot } from './snapshot.ts'

/**
 * The embedded store as it is now, through a connection of its own: a running instance is neither asked nor kept
 * waiting. While it is open the instance's write-ahead file cannot shrink. Throws SL_INPUT_NOT_FOUND,
 * SL_INPUT_UNREADABLE.
 */
export function openSqliteSnapshot(file: string): Snapshot {
  const database = opened(file)
  const migrations = database.prepare('select name from store_history order by step').all()
  return {
    kind: 'sqlite',
    migrations: migrations.map(({ name }) => String(name)),
    async count(table) {
      return Number(database.prepare(`select count(*) as rows from "${table}"`).get()?.rows)
    },
    async positions() {
      const cursors = database.prepare('select log, next_seq from cursors').all()
      return new Map(cursors.map(row => [String(row.log), Number(row.next_seq)]))
    },
    rows: table => rowsOf(database, table),
    async [Symbol.asyncDispose]() {
      database.close()
    }
  }
}

function opened(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file, { readOnly: true })
    database.exec('pragma busy_timeout = 10000; pragma cache_size = -8192; begin')
    // A transaction begins to see with its first read, not with `begin`.
    database.prepare('select count(*) from store_history').get()
    return database
  } catch (cause) {
    const { message } = cause as Error
    const code = message.includes('unable to open') ? 'SL_INPUT_NOT_FOUND' : 'SL_INPUT_UNREADABLE'
    const text = `The store ${file} cannot be read (${message}). Name the data folder of an instance with --data.`
    throw new SightlineError(code, text, { cause })
  }
}

async function* rowsOf(database: DatabaseSync, table: BackedUpTable): AsyncGenerator<readonly Row[]> {
  const most = batchRows(table)
  let batch: Row[] = []
  for (const row of database.prepare(`select * from "${table}"`).iterate()) {
    batch.push(row)
    if (batch.length === most) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}
