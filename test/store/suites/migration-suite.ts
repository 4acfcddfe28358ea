import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { type Migration, type MigrationDialect, migrate } from '../../../src/store/migration.ts'
import { history } from '../../../src/store/migrations/history.ts'
import { postgresMigration } from '../../../src/store/postgres/postgres-migration.ts'
import { sqliteMigration } from '../../../src/store/sqlite/sqlite-migration.ts'
import type { OpenStore } from './open-store.ts'

/** How the tables come to be as they are, on either database. */
export function migrationSuite(open: OpenStore): void {
  const opened = async (t: Parameters<OpenStore>[0]) => {
    const store = await open(t)
    const dialect: MigrationDialect = store.kind === 'sqlite' ? sqliteMigration : postgresMigration(false)
    return { store, database: store.sql as unknown as Kysely<unknown>, dialect }
  }
  const adding = (name: string, table: string): Migration => ({
    name,
    up: async database => {
      await database.schema.createTable(table).addColumn('id', 'integer').execute()
    }
  })

  test('H1 steps that are new are taken in order, those taken before are not', async t => {
    const { database, dialect } = await opened(t)
    const later = [...history, adding('0002-a', 'a'), adding('0003-b', 'b')]
    await migrate(database, dialect, 'here', later)
    await migrate(database, dialect, 'here', later)
    const { rows } = await sql`select step, name from store_history order by step`.execute(database)
    deepStrictEqual(
      rows,
      later.map(({ name }, index) => ({ step: index + 1, name }))
    )
  })

  test('H2 of a step that fails nothing is left, and those before it stay', async t => {
    const { database, dialect } = await opened(t)
    const failing: Migration = {
      name: '0003-b',
      up: async (step, all) => {
        await adding('0003-b', 'b').up(step, all)
        throw new Error('half way')
      }
    }
    await rejects(migrate(database, dialect, 'here', [...history, adding('0002-a', 'a'), failing]), /half way/)
    await sql`select * from a`.execute(database)
    await rejects(sql`select * from b`.execute(database))
    const { rows } = await sql<{ last: number }>`select max(step) as last from store_history`.execute(database)
    strictEqual(rows[0]?.last, history.length + 1)
  })

  test('H3 a program that knows fewer steps than were taken refuses', async t => {
    const { database, dialect } = await opened(t)
    await migrate(database, dialect, 'here', [...history, adding('0002-a', 'a')])
    await rejects(migrate(database, dialect, 'here'), { code: 'SL_DATA_NEWER', message: /^The store at here/ })
  })

  test('H4 three that migrate at once take each step once', async t => {
    const { database, dialect } = await opened(t)
    const later = [...history, adding('0002-a', 'a'), adding('0003-b', 'b')]
    await Promise.all([1, 2, 3].map(() => migrate(database, dialect, 'here', later)))
    const { rows } = await sql`select step from store_history`.execute(database)
    strictEqual(rows.length, later.length)
  })
}
