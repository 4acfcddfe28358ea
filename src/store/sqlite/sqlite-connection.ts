import { type CompiledQuery, type DatabaseConnection, type QueryResult, RawNode, SelectQueryNode } from 'kysely'
import { SightlineError } from '../../core/errors.ts'
import { BulkInsert, LiftLimit } from '../database-requests.ts'
import type { SqliteThread } from './sqlite-thread.ts'
import type { Answer, Ask } from './thread-messages.ts'
import type { ThreadPool } from './thread-pool.ts'

export interface SqlitePools {
  /** The one thread that writes. */
  readonly writer: ThreadPool
  readonly readers: ThreadPool
  /** For streams and snapshots, which keep a thread for long. */
  readonly snapshots: ThreadPool
}

export interface SqliteLimits {
  /** How long a read outside a writing transaction may take, in milliseconds. */
  readonly limitMs: number
  /** How long a transaction may ask nothing before it is undone, so that others can write. */
  readonly idleMs: number
}

/** What Kysely takes for a connection. It has a thread of its own during a transaction, else one for each query. */
export class SqliteConnection implements DatabaseConnection {
  readonly #pools: SqlitePools
  readonly #limits: SqliteLimits
  #held: { readonly pool: ThreadPool; readonly thread: SqliteThread; readonly writes: boolean } | undefined
  #failed: SightlineError | undefined
  #unlimited = false
  /** Queries of the transaction that are not answered yet. */
  #running = 0
  #idleTimer: NodeJS.Timeout | undefined
  /** Ends the read that is under way. */
  #giveUp: (() => void) | undefined
  /** Nobody listens to the answer any more. */
  #cancelled = false

  constructor(pools: SqlitePools, limits: SqliteLimits) {
    this.#pools = pools
    this.#limits = limits
  }

  async begin(readOnly: boolean): Promise<void> {
    const pool = readOnly ? this.#pools.snapshots : this.#pools.writer
    const thread = await pool.borrow()
    this.#held = { pool, thread, writes: !readOnly }
    try {
      // The writer locks the file at once: a lock that is asked for later may come too late. A reader's moment is that
      // of its first read.
      const commands = readOnly ? ['begin', 'select 1 from sqlite_schema limit 1'] : ['begin immediate']
      for (const sql of commands) await thread.ask({ type: 'run', sql, parameters: [] })
    } catch (error) {
      await this.rollback()
      throw error
    }
    this.#watchIdleness()
  }

  async commit(): Promise<void> {
    if (this.#failed) throw this.#failed
    const { thread } = this.#transaction()
    clearTimeout(this.#idleTimer)
    await thread.ask({ type: 'run', sql: 'commit', parameters: [] })
    this.#giveBack()
  }

  async rollback(): Promise<void> {
    clearTimeout(this.#idleTimer)
    // What the thread itself could not undo is undone with it.
    if (this.#held?.thread.usable) await this.#held.thread.ask({ type: 'rollback' }).catch(() => this.#drop())
    this.#giveBack()
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (query instanceof LiftLimit) {
      this.#unlimited = true
      return { rows: [] }
    }
    const ask = query instanceof BulkInsert ? insertion(query) : statement('run', query)
    const { rows, changes } = this.#held ? await this.#within(ask) : await this.#alone(query, ask)
    return { rows: rows as Row[], numAffectedRows: changesRows(query) ? BigInt(changes) : undefined }
  }

  async *streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    const own = !this.#held
    const pool = this.#pools.snapshots
    const thread = this.#held?.thread ?? (await pool.borrow())
    const ask = (asked: Ask) => (own ? this.#inTime(pool, thread, asked) : this.#within(asked))
    try {
      await ask(statement('open', query))
      for (;;) {
        const { rows } = await ask({ type: 'fetch', rows: chunkSize })
        if (rows.length === 0) break
        yield { rows: rows as Row[] }
      }
    } finally {
      // With the statement open the thread would go on seeing this moment.
      if (thread.usable) await thread.ask({ type: 'shut' }).catch(() => own && pool.abandon(thread))
      if (own) pool.giveBack(thread)
    }
  }

  /** For `execute({ signal, inflightQueryAbortStrategy: 'cancel query' })`. What writes is not cancelled. */
  async cancelQuery(): Promise<void> {
    this.#cancelled = this.#giveUp !== undefined
    this.#giveUp?.()
  }

  /** Within a savepoint what failed is undone, and the transaction goes on. */
  async savepoint(command: string): Promise<void> {
    if (command.startsWith('rollback')) this.#failed = undefined
    await this.#within({ type: 'run', sql: command, parameters: [] })
  }

  async #alone(query: CompiledQuery, ask: Ask): Promise<Answer> {
    if (reads(query)) {
      const thread = await this.#pools.readers.borrow()
      return this.#inTime(this.#pools.readers, thread, ask, true)
    }
    const thread = await this.#pools.writer.borrow()
    try {
      return await thread.ask(ask)
    } finally {
      this.#pools.writer.giveBack(thread)
    }
  }

  async #within(ask: Ask): Promise<Answer> {
    if (this.#failed) throw this.#failed
    const { pool, thread, writes } = this.#transaction()
    clearTimeout(this.#idleTimer)
    this.#running++
    try {
      const limited = !writes && !this.#unlimited
      return limited ? await this.#inTime(pool, thread, ask) : await thread.ask(ask)
    } catch (error) {
      // As in PostgreSQL; and SQLite may have undone it by itself, so that what follows would be on its own.
      this.#failed = new SightlineError('SL_INTERNAL', 'After a failed query a transaction can only be rolled back.', {
        cause: error
      })
      throw error
    } finally {
      this.#running--
      this.#watchIdleness()
    }
  }

  async #inTime(pool: ThreadPool, thread: SqliteThread, ask: Ask, lent = false): Promise<Answer> {
    const { limitMs } = this.#limits
    let late = false
    const giveUp = () => {
      late = true
      pool.abandon(thread)
      if (this.#held?.thread === thread) this.#held = undefined
    }
    const timer = setTimeout(giveUp, limitMs)
    this.#giveUp = giveUp
    try {
      return await thread.ask(ask)
    } catch (error) {
      if (this.#cancelled) return { rows: [], changes: 0 }
      if (!late) throw error
      throw new SightlineError('SL_STORE_TIMEOUT', `The store ended a query that took longer than ${limitMs / 1000} s.`)
    } finally {
      clearTimeout(timer)
      this.#giveUp = undefined
      if (lent && !late) pool.giveBack(thread)
    }
  }

  #transaction() {
    if (this.#held) return this.#held
    throw new SightlineError(
      'SL_STORE_UNAVAILABLE',
      'The transaction was undone, because it took too long or nothing was asked in it.',
      { retryable: true }
    )
  }

  #watchIdleness(): void {
    clearTimeout(this.#idleTimer)
    if (this.#held && this.#running === 0 && !this.#unlimited)
      this.#idleTimer = setTimeout(() => void this.rollback(), this.#limits.idleMs).unref()
  }

  /** A thread whose transaction's state is unknown is of no use. */
  #drop(): void {
    if (this.#held) this.#held.pool.abandon(this.#held.thread)
    this.#held = undefined
  }

  #giveBack(): void {
    if (this.#held) this.#held.pool.giveBack(this.#held.thread)
    this.#held = undefined
    this.#failed = undefined
    this.#unlimited = false
  }
}

function statement(type: 'run' | 'open', { sql, parameters }: CompiledQuery): Ask {
  for (const value of parameters) refuseNul(value)
  return { type, sql, parameters }
}

function insertion({ table, columns, rows }: BulkInsert): Ask {
  const values = columns.map(column =>
    rows.map(row => {
      const value = row[column]
      refuseNul(value)
      return value === undefined ? null : value
    })
  )
  const names = columns.map(column => `"${column}"`).join(', ')
  const places = columns.map(() => '?').join(', ')
  const sql = `insert into "${table}" (${names}) values (${places}) on conflict do nothing`
  return { type: 'insert', sql, columns: values }
}

/** SQLite would keep it, and PostgreSQL could not take it over. */
function refuseNul(value: unknown): void {
  if (typeof value === 'string' && value.includes('\0'))
    throw new SightlineError('SL_STORE_REFUSED', `A text has a NUL in it: ${JSON.stringify(value.slice(0, 80))}.`)
}

const reading = /^\s*(select|values|explain|with)\b/i
const writing = /\b(insert|update|delete|replace)\b/i

/** Raw SQL is looked at; when in doubt it goes to the writer, which can do everything. */
function reads({ query, sql }: CompiledQuery): boolean {
  if (SelectQueryNode.is(query)) return true
  return RawNode.is(query) && reading.test(sql) && !writing.test(sql)
}

function changesRows(query: CompiledQuery): boolean {
  return query instanceof BulkInsert || !reads(query)
}
