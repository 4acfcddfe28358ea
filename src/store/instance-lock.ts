import { mkdirSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SightlineError } from '../core/errors.ts'

/** SQLite's result code for a lock that another has. */
const busy = 5

/**
 * Makes this process the only one that works on a data folder, until it is disposed of or the process ends, however
 * it ends: the lock is the operating system's own. No other code of this process may open the file: closing it would
 * end the lock.
 * @param file `DataFolder.lock`
 * @throws SL_DATA_IN_USE with a sentence that says who has it; SL_STORE_UNAVAILABLE where the file cannot be written
 */
export function lockInstance(file: string): Disposable {
  let database: DatabaseSync | undefined
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    database = new DatabaseSync(file, { timeout: 500 })
    // Not WAL: there, whoever closes last removes files that others may just have opened.
    database.exec('pragma journal_mode = delete')
    hold(database)
  } catch (error) {
    const refusal = refused(error, file, database)
    database?.close()
    throw refusal
  }
  const held = database
  return { [Symbol.dispose]: () => held.close() }
}

/** Leaves a transaction open that reserves the file for writing; others can still read who has it. */
function hold(database: DatabaseSync): void {
  const mine = { pid: process.pid, host: hostname() }
  database.exec('begin immediate')
  for (;;) {
    database.exec('create table if not exists holder (pid integer, host text); delete from holder')
    database.prepare('insert into holder values (?, ?)').run(mine.pid, mine.host)
    database.exec('commit; begin immediate')
    // Between the two somebody else may have had it, and given it back.
    const holder = readHolder(database)
    if (holder?.pid === mine.pid && holder.host === mine.host) return
  }
}

function readHolder(database: DatabaseSync): { readonly pid: number; readonly host: string } | undefined {
  const row = database.prepare('select pid, host from holder').get()
  return row ? { pid: Number(row.pid), host: String(row.host) } : undefined
}

function refused(error: unknown, file: string, database: DatabaseSync | undefined): SightlineError {
  const { errcode, message } = error as Error & { readonly errcode?: number }
  const folder = dirname(file)
  if (((errcode ?? 0) & 0xff) !== busy)
    return new SightlineError('SL_STORE_UNAVAILABLE', `The data folder ${folder} cannot be locked: ${message}.`, {
      cause: error
    })
  const holder = holderOf(database)
  const who = holder ? `Process ${holder.pid} on ${holder.host}` : 'Another process'
  return new SightlineError(
    'SL_DATA_IN_USE',
    `${who} works on the data folder ${folder}. Stop that Sightline first, or give this one a folder of its own.`,
    { cause: error }
  )
}

function holderOf(database: DatabaseSync | undefined): ReturnType<typeof readHolder> {
  try {
    return database && readHolder(database)
  } catch {
    return undefined
  }
}
