import type { Kysely } from 'kysely'
import type { MigrationDialect } from '../migration.ts'

/** Answers to requests that must not be done twice. */
export async function up(sql: Kysely<unknown>, { text }: MigrationDialect): Promise<void> {
  const { schema } = sql
  await schema
    .createTable('once_keys')
    .addColumn('actor', text, column => column.notNull())
    .addColumn('key', text, column => column.notNull())
    .addColumn('request', text, column => column.notNull())
    .addColumn('answer', text)
    .addColumn('begun_ms', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('once_keys_key', ['actor', 'key'])
    .execute()
  await schema.createIndex('once_keys_time').on('once_keys').column('begun_ms').execute()
}
