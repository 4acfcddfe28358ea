import { Kysely, sql, type Transaction } from 'kysely'
import { reading } from '../database-requests.ts'
import { Partitions } from '../postgres/partitions.ts'
import { postgresDialect } from '../postgres/postgres-driver.ts'
import { createPool } from '../postgres/postgres-pool.ts'
import type { Tables } from '../tables.ts'
import type { BackedUpTable } from './backup-tables.ts'
import type { Row } from './row-text.ts'
import { batchRows, type Snapshot } from './snapshot.ts'

/** A store in PostgreSQL as it is now: one transaction that only reads and sees one moment, REPEATABLE READ. */
export async function withPostgresSnapshot<Result>(
  url: string,
  work: (snapshot: Snapshot) => Promise<Result>
): Promise<Result> {
  const pool = createPool({ url })
  // Not `openDatabase`: what is only looked at is not brought up to date.
  const database = new Kysely<Tables>({ dialect: postgresDialect(pool, new Partitions()) })
  try {
    return await reading(database, async transaction => {
      // Contents are copied within the transaction, and may take hours.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(transaction)
      const { rows } = await sql<{ name: string }>`select name from store_history order by step`.execute(transaction)
      return await work({
        kind: 'postgres',
        migrations: rows.map(({ name }) => name),
        count: table => countOf(transaction, table),
        positions: () => positionsOf(transaction),
        rows: table => rowsOf(transaction, table),
        async [Symbol.asyncDispose]() {}
      })
    })
  } finally {
    await database.destroy()
    if (!pool.pool.ending) await pool.pool.end()
  }
}

async function countOf(transaction: Transaction<Tables>, table: BackedUpTable): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(table)}`.execute(transaction)
  return Number(rows[0]?.rows)
}

async function positionsOf(transaction: Transaction<Tables>): Promise<ReadonlyMap<string, number>> {
  const cursors = await transaction.selectFrom('cursors').select(['log', 'next_seq']).execute()
  return new Map(cursors.map(row => [row.log, Number(row.next_seq)]))
}

/** A cursor on the server: neither side ever has the table in memory. */
async function* rowsOf(transaction: Transaction<Tables>, table: BackedUpTable): AsyncGenerator<readonly Row[]> {
  const cursor = sql.id(`backup_${table}`)
  await sql`declare ${cursor} no scroll cursor for select * from ${sql.table(table)}`.execute(transaction)
  for (;;) {
    const { rows } = await sql<Row>`fetch ${sql.lit(batchRows(table))} from ${cursor}`.execute(transaction)
    if (rows.length === 0) break
    yield rows
  }
  await sql`close ${cursor}`.execute(transaction)
}
