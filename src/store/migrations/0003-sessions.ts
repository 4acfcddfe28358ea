import type { Kysely } from 'kysely'
import type { MigrationDialect } from '../migration.ts'

/** Browsers that are signed in, and what their cookies are signed with. */
export async function up(sql: Kysely<unknown>, { text }: MigrationDialect): Promise<void> {
  const { schema } = sql
  await schema
    .createTable('sessions')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('user_id', text, column => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('title', text, column => column.notNull())
    .addColumn('digest', text, column => column.notNull())
    .addColumn('previous_digest', text)
    .addColumn('turned_ms', 'bigint', column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addColumn('expires_ms', 'bigint', column => column.notNull())
    .execute()
  await schema.createIndex('sessions_user').on('sessions').column('user_id').execute()
  await schema
    .createTable('signing_keys')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('public', text, column => column.notNull())
    .addColumn('sealed', text, column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .execute()
}
