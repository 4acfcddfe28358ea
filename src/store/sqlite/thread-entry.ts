import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, Ask, FromThread, ThreadJob } from './thread-messages.ts'

// The entry of a thread with one connection to the store's file.

/** Rows of one message: the thread that receives it does nothing else meanwhile. */
const partRows = 500
/** Statements kept prepared. The queries of the store are some dozens. */
const mostStatements = 256

const port = parentPort!
const job = workerData as ThreadJob

interface Prepared {
  readonly statement: StatementSync
  readonly givesRows: boolean
}

const prepared = new Map<string, Prepared>()
let database: DatabaseSync | undefined
let cursor: Iterator<unknown> | undefined

function open(): DatabaseSync {
  const opened = new DatabaseSync(job.file, { readOnly: job.readOnly, timeout: 10_000 })
  // Never memory-mapped: a disk that fails to read would end the process by SIGBUS instead of an error.
  opened.exec(`pragma cache_size = -${job.cacheKib}; pragma mmap_size = 0; pragma trusted_schema = off`)
  if (!job.readOnly)
    opened.exec(
      // First, as a file takes it only before its first table: what retention removes can be given back to the disk.
      // A log of 16 MB is written back before it grows further; after a burst it is cut to 64 MB.
      `pragma auto_vacuum = incremental; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
       pragma wal_autocheckpoint = 4000; pragma journal_size_limit = 67108864`
    )
  return opened
}

function prepare(sql: string): Prepared {
  const known = prepared.get(sql)
  if (known) {
    // Last in the order of insertion is last to go.
    prepared.delete(sql)
    prepared.set(sql, known)
    return known
  }
  const statement = database!.prepare(sql)
  const fresh = { statement, givesRows: statement.columns().length > 0 }
  prepared.set(sql, fresh)
  if (prepared.size > mostStatements) prepared.delete(prepared.keys().next().value!)
  return fresh
}

/** Gives free pages back one at each step, without a column to say so: only `exec` takes all its steps. */
const vacuum = /^pragma incremental_vacuum\(\d+\)$/

function run(sql: string, parameters: readonly unknown[]): Answer {
  if (vacuum.test(sql)) {
    database!.exec(sql)
    return { rows: [], changes: 0 }
  }
  const { statement, givesRows } = prepare(sql)
  if (!givesRows) return { rows: [], changes: Number(statement.run(...(parameters as SQLInputValue[])).changes) }
  let rows: unknown[] = []
  let changes = 0
  for (const row of statement.iterate(...(parameters as SQLInputValue[]))) {
    changes++
    if (rows.length === partRows) {
      send({ type: 'part', rows })
      rows = []
    }
    rows.push(row)
  }
  return { rows, changes }
}

function insert(sql: string, columns: readonly (readonly unknown[])[]): Answer {
  const { statement } = prepare(sql)
  const count = columns[0]?.length ?? 0
  const values = new Array<SQLInputValue>(columns.length)
  let changes = 0
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < columns.length; column++) values[column] = columns[column]![row] as SQLInputValue
    changes += Number(statement.run(...values).changes)
  }
  return { rows: [], changes }
}

function fetch(most: number): Answer {
  const rows: unknown[] = []
  while (rows.length < most) {
    const next = cursor!.next()
    if (next.done) break
    rows.push(next.value)
  }
  return { rows, changes: 0 }
}

function answer(ask: Ask): Answer {
  database ??= open()
  switch (ask.type) {
    case 'run':
      return run(ask.sql, ask.parameters)
    case 'insert':
      return insert(ask.sql, ask.columns)
    case 'open':
      // Not from the cache: another run of the same statement would start it anew.
      cursor = database.prepare(ask.sql).iterate(...(ask.parameters as SQLInputValue[]))
      break
    case 'fetch':
      return fetch(ask.rows)
    case 'shut':
      cursor?.return?.()
      cursor = undefined
      break
    case 'rollback':
      // SQLite itself has undone it after some errors, such as a full disk.
      if (database.isTransaction) database.exec('rollback')
      break
    case 'close':
      database.close()
      port.close()
  }
  return { rows: [], changes: 0 }
}

function send(message: FromThread): void {
  port.postMessage(message)
}

port.on('message', (ask: Ask) => {
  try {
    send({ type: 'answer', answer: answer(ask) })
  } catch (error) {
    const { message, errcode } = error as Error & { readonly errcode?: number }
    send({ type: 'failed', failure: { message, errcode } })
  }
})
