import type { Kysely } from 'kysely'
import type { MigrationDialect } from '../migration.ts'

/** Links that show a report to whoever has them. */
export async function up(sql: Kysely<unknown>, { text }: MigrationDialect): Promise<void> {
  const { schema } = sql
  await schema
    .createTable('share_links')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('recording', text, column => column.notNull().references('recordings.id').onDelete('cascade'))
    .addColumn('user_id', text, column => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('title', text)
    .addColumn('digest', text, column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addColumn('expires_ms', 'bigint', column => column.notNull())
    .execute()
  await schema.createIndex('share_links_recording').on('share_links').column('recording').execute()
  await schema.createIndex('share_links_user').on('share_links').column('user_id').execute()
}
