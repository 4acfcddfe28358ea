import { type Kysely, sql } from 'kysely'
import type { MigrationDialect } from '../migration.ts'
import { splitTables } from '../tables-split.ts'
import { hypertableStatements } from './timescale.ts'

/** The advisory lock of whoever migrates: `sightmig` in ASCII. */
const lockKey = '8316293031396241767'

/** @param hypertables TimescaleDB splits the tables instead of declarative partitions */
export function postgresMigration(hypertables: boolean): MigrationDialect {
  return {
    text: sql`text collate "C"`,
    bytes: 'bytea',
    real: 'double precision',
    growing: { type: 'bigserial', make: column => column.primaryKey() },
    split: {
      table: (builder, column) =>
        hypertables ? builder : builder.modifyEnd(sql`partition by range (${sql.ref(column)})`),
      complete: database => (hypertables ? makeHypertables(database) : makeDefaultPartitions(database))
    },
    async lock(transaction) {
      await sql`select pg_advisory_xact_lock(${sql.raw(lockKey)})`.execute(transaction)
    }
  }
}

async function makeDefaultPartitions(database: Kysely<unknown>): Promise<void> {
  for (const table of Object.keys(splitTables))
    await sql`create table ${sql.id(`${table}_default`)} partition of ${sql.id(table)} default`.execute(database)
}

async function makeHypertables(database: Kysely<unknown>): Promise<void> {
  for (const statement of hypertableStatements()) await sql.raw(statement).execute(database)
}
