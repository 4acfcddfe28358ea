import { finished } from 'node:stream/promises'
import { CompiledQuery, type ControlConnectionProvider, type DatabaseConnection, type QueryResult } from 'kysely'
import type { PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { SightlineError } from '../../core/errors.ts'
import { BulkInsert, LiftLimit } from '../database-requests.ts'
import { insertRows } from './insert-rows.ts'
import type { Partitions } from './partitions.ts'
import { endsConnection, postgresError } from './postgres-errors.ts'
import type { PostgresLimits } from './postgres-pool.ts'

/** One connection, for as long as the driver has it from the pool. */
export class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient
  readonly #place: string
  readonly #limits: PostgresLimits
  readonly #partitions: Partitions | undefined
  readonly #whenCommitted: (() => void)[] = []
  #broken = false
  #transacting = false
  #unlimited = false
  /** Nobody listens to the answer any more. */
  #cancelled = false
  /** Savepoints and cursors need names of their own. */
  #names = 0

  constructor(client: PoolClient, place: string, limits: PostgresLimits, partitions?: Partitions) {
    this.#client = client
    this.#place = place
    this.#limits = limits
    this.#partitions = partitions
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (query instanceof BulkInsert) {
      await this.#partitions?.provide(this, query.table, query.rows)
      return { numAffectedRows: BigInt(await insertRows(this, query)), rows: [] }
    }
    if (query instanceof LiftLimit) {
      this.#unlimited = true
      await this.query('set local idle_in_transaction_session_timeout = 0')
    }
    const answer = await this.query(query.sql, query.parameters).catch(error => {
      if (this.#cancelled) return { rows: [], rowCount: 0, command: '' }
      throw error
    })
    const { rows, rowCount, command } = answer
    const changes = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(command)
    return { rows: rows as Row[], numAffectedRows: changes ? BigInt(rowCount ?? 0) : undefined }
  }

  /** A cursor of SQL: the server computes no more than is fetched. */
  async *streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    const cursor = `sightline_${++this.#names}`
    const own = !this.#transacting
    if (own) await this.begin('begin read only')
    try {
      await this.query(`declare ${cursor} no scroll cursor for ${query.sql}`, query.parameters)
      for (;;) {
        const { rows } = await this.query(`fetch ${chunkSize} from ${cursor}`)
        if (rows.length === 0) break
        yield { rows: rows as Row[] }
      }
    } finally {
      // After an error the transaction is lost, and its cursors with it.
      if (own) await this.end('rollback').catch(() => undefined)
      else if (!this.#broken) await this.query(`close ${cursor}`).catch(() => undefined)
    }
  }

  /** For `execute({ signal, inflightQueryAbortStrategy: 'cancel query' })`. */
  async cancelQuery(withAnother: ControlConnectionProvider): Promise<void> {
    this.#cancelled = true
    const { processID } = this.#client as PoolClient & { readonly processID?: number }
    await withAnother(async another => {
      await another.executeQuery(CompiledQuery.raw('select pg_cancel_backend($1)', [processID]))
    })
  }

  /** One statement, answered in time or never: then the connection is closed. */
  async query(text: string, values: readonly unknown[] = []) {
    refuseNul(values)
    return this.#inTime(this.#client.query(text, [...values]))
  }

  /** Sends rows in the text format to `copy … from stdin`. */
  async copyIn(command: string, text: string): Promise<void> {
    const stream = this.#client.query(copyFrom(command))
    stream.end(text)
    await this.#inTime(finished(stream))
  }

  /** What may fail, without taking the transaction with it. Gives the error, or undefined when all went well. */
  async attempt(work: () => Promise<void>): Promise<SightlineError | undefined> {
    const savepoint = `sightline_${++this.#names}`
    await this.query(`savepoint ${savepoint}`)
    try {
      await work()
      await this.query(`release savepoint ${savepoint}`)
      return undefined
    } catch (error) {
      if (this.#broken || !(error instanceof SightlineError)) throw error
      await this.query(`rollback to savepoint ${savepoint}`)
      await this.query(`release savepoint ${savepoint}`)
      return error
    }
  }

  async begin(command: string): Promise<void> {
    await this.query(command)
    this.#transacting = true
  }

  /** Called if the transaction is committed. */
  whenCommitted(action: () => void): void {
    this.#whenCommitted.push(action)
  }

  /** Ends the transaction. Throws when what was to be committed had to be undone. */
  async end(command: 'commit' | 'rollback'): Promise<void> {
    this.#transacting = false
    this.#unlimited = false
    const actions = this.#whenCommitted.splice(0)
    // A lost connection's transaction is undone already.
    if (this.#broken && command === 'rollback') return
    const { command: done } = await this.query(command)
    if (command === 'commit' && done === 'ROLLBACK')
      throw new SightlineError(
        'SL_INTERNAL',
        `PostgreSQL at ${this.#place} undid a transaction in which a query had failed; after a failed query a transaction can only be rolled back.`
      )
    if (command === 'commit') for (const action of actions) action()
  }

  release(): void {
    this.#client.release(this.#broken)
  }

  async #inTime<Result>(answer: Promise<Result>): Promise<Result> {
    const { limitMs, graceMs } = this.#limits
    const timer = this.#unlimited ? undefined : setTimeout(() => this.#giveUp(), limitMs + graceMs)
    try {
      return await answer
    } catch (error) {
      if (endsConnection(error)) this.#broken = true
      throw postgresError(error, this.#place)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Closes the socket, since the server did not even answer that it gave up. */
  #giveUp(): void {
    this.#broken = true
    this.#client.end().catch(() => undefined)
  }
}

function refuseNul(values: readonly unknown[]): void {
  for (const value of values)
    if (typeof value === 'string' && value.includes('\0'))
      throw new SightlineError('SL_STORE_REFUSED', `A text has a NUL in it: ${JSON.stringify(value.slice(0, 80))}.`)
}
