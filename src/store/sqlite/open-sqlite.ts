import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { Kysely, SqliteDialect, sql } from 'kysely'
import type { StoreDatabase } from '../database.ts'
import { migrate } from '../migration.ts'
import type { Tables } from '../tables.ts'
import { sqliteMigration } from './sqlite-migration.ts'

export interface OpenSqliteOptions {
  readonly file: string
}

export async function openSqlite({ file: path }: OpenSqliteOptions): Promise<StoreDatabase> {
  const file = new DatabaseSync(path)
  file.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  const kysely = new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: {
        close: () => file.close(),
        prepare(text) {
          const statement = file.prepare(text.startsWith('set local') ? 'select 1' : text)
          return {
            reader: statement.columns().length > 0,
            all: parameters => statement.all(...(parameters as SQLInputValue[])),
            run: parameters => statement.run(...(parameters as SQLInputValue[])),
            iterate: parameters => statement.iterate(...(parameters as SQLInputValue[]))
          }
        }
      }
    })
  })
  await migrate(kysely as unknown as Kysely<unknown>, sqliteMigration, path)
  return {
    kind: 'sqlite',
    sql: kysely,
    async insertNew(transaction, table, rows) {
      let added = 0
      for (const row of rows) {
        const result =
          await sql`insert or ignore into ${sql.table(table)} (${sql.join(Object.keys(row).map(key => sql.ref(key)))}) values (${sql.join(Object.values(row))})`.execute(
            transaction
          )
        added += Number(result.numAffectedRows ?? 0)
      }
      return added
    },
    reading: work => kysely.transaction().execute(work),
    dropPartitionsBefore: async () => 0,
    async [Symbol.asyncDispose]() {
      await kysely.destroy()
    }
  }
}
