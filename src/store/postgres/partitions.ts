import type { SightlineError } from '../../core/errors.ts'
import { type SplitTable, splitTables } from '../tables-split.ts'
import { type Month, monthAfter, monthOf, monthOfPartition } from './months.ts'
import type { PostgresConnection } from './postgres-connection.ts'

/** Partitions that a table gets at most: every look-up without a time asks all of them. Later months share one. */
const mostMonths = 240
/** How long rows wait for their partition: a backup that is being made can keep it from being attached. */
const patienceMs = 2_000
/** How long until a partition that could not be made is tried again. */
const retryMs = 60_000
/** Made ahead of their first row, so that a month's turn finds them there. */
const aheadMonths = 2

/** The advisory lock under which partitions are made: `sightpar` in ASCII. */
const lockKey = '8316293031396991346'

/**
 * The partitions of the tables that are split by months. Rows for whose month there is none are kept too, in the
 * default partition, where they are only slower to find and to remove.
 */
export class Partitions {
  readonly #known = new Map<SplitTable, Map<string, Month>>()
  readonly #failedMs = new Map<string, number>()

  /** Reads which there are, and makes those of now and the near future. */
  async open(connection: PostgresConnection, nowMs: number): Promise<void> {
    for (const table of Object.keys(splitTables) as SplitTable[]) {
      const { rows } = await connection.query(
        'select relname from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = $1::regclass',
        [table]
      )
      const months = rows.map(({ relname }) => monthOfPartition(table, relname)).filter(month => month !== undefined)
      this.#known.set(table, new Map(months.map(month => [month.name, month])))
      let month = monthOf(nowMs)
      for (let ahead = 0; month && ahead <= aheadMonths; ahead++) {
        await this.#provide(connection, table, month)
        month = monthAfter(month)
      }
    }
  }

  /** Makes what rows of these times need. Within the caller's transaction. */
  async provide(connection: PostgresConnection, table: string, rows: readonly Readonly<Record<string, unknown>>[]) {
    const known = this.#known.get(table as SplitTable)
    if (!known) return
    const column = splitTables[table as SplitTable]
    let last: Month | undefined
    for (const row of rows) {
      const ms = row[column] as number
      if (last && ms >= last.fromMs && ms < last.toMs) continue
      last = monthOf(ms)
      if (last && !known.has(last.name)) await this.#provide(connection, table as SplitTable, last)
    }
  }

  /** Drops the partitions of which everything is older, each whole. Gives how many. */
  async dropBefore(connection: PostgresConnection, table: SplitTable, beforeMs: number): Promise<number> {
    const known = this.#known.get(table)
    const old = [...(known?.values() ?? [])].filter(({ toMs }) => toMs <= beforeMs)
    for (const month of old) {
      await connection.query(`drop table if exists "${table}_${month.name}"`)
      known?.delete(month.name)
    }
    return old.length
  }

  async #provide(connection: PostgresConnection, table: SplitTable, month: Month): Promise<void> {
    const known = this.#known.get(table)!
    const name = `${table}_${month.name}`
    const failedMs = this.#failedMs.get(name) ?? Number.NEGATIVE_INFINITY
    if (known.has(month.name) || known.size >= mostMonths || performance.now() - failedMs < retryMs) return
    const failed = await connection.attempt(() => attach(connection, table, name, month))
    if (failed && !leavesToDefault(failed)) throw failed
    if (failed) this.#failedMs.set(name, performance.now())
    else connection.whenCommitted(() => known.set(month.name, month))
  }
}

/** Attaching locks no reader and no writer of the table out, as creating in place would. */
async function attach(connection: PostgresConnection, table: SplitTable, name: string, month: Month): Promise<void> {
  await connection.query(`set local lock_timeout = ${patienceMs}`)
  await connection.query(`select pg_advisory_xact_lock(${lockKey})`)
  const { rows } = await connection.query('select to_regclass($1) is not null as there', [name])
  if (!rows[0]?.there) {
    await connection.query(`create table "${name}" (like "${table}" including defaults including constraints)`)
    await connection.query(
      `alter table "${table}" attach partition "${name}" for values from (${month.fromMs}) to (${month.toMs})`
    )
  }
  await connection.query('set local lock_timeout to default')
}

/** Somebody reads the default partition for long (55P03), or it has rows of this month already (23514). */
function leavesToDefault({ cause }: SightlineError): boolean {
  const { code } = (cause ?? {}) as { readonly code?: unknown }
  return code === '55P03' || code === '23514'
}
