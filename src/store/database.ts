import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { type Insertable, Kysely, SqliteDialect, sql, type Transaction } from 'kysely'
import { up } from './migrations/0001-first.ts'
import type { Tables } from './tables.ts'

/** The store's database. Queries are written once, in what SQLite and PostgreSQL share. */
export interface StoreDatabase extends AsyncDisposable {
  readonly kind: 'sqlite' | 'postgres'
  /** Reads outside a transaction run beside the writes; a transaction sees its own. */
  readonly sql: Kysely<Tables>
  /** Adds many rows in the database's fastest way. Rows whose key exists are passed over; gives how many were new. */
  insertNew<Table extends keyof Tables>(
    transaction: Transaction<Tables>,
    table: Table,
    rows: readonly Insertable<Tables[Table]>[]
  ): Promise<number>
}

/** A file for SQLite, made where it is not there; or a URL for PostgreSQL. */
export type DatabasePlace = { readonly file: string } | { readonly url: string }

/** Opens the database, brought to this version's tables. */
export async function openDatabase(place: DatabasePlace): Promise<StoreDatabase> {
  if ('url' in place) throw new Error('PostgreSQL is on its way')
  const file = new DatabaseSync(place.file)
  file.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  const kysely = new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: {
        close: () => file.close(),
        prepare(text) {
          const statement = file.prepare(text)
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
  const tables = await kysely.introspection.getTables()
  if (!tables.some(({ name }) => name === 'events'))
    await up(kysely as unknown as Kysely<unknown>, {
      text: 'text',
      bytes: 'blob',
      real: 'real',
      growing: { type: 'integer', make: column => column.primaryKey().autoIncrement() }
    })
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
    async [Symbol.asyncDispose]() {
      await kysely.destroy()
    }
  }
}
