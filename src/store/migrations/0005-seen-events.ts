import type { Kysely } from 'kysely'
import type { MigrationDialect } from '../migration.ts'

/** Events that somebody has looked at. */
export async function up(sql: Kysely<unknown>, { text }: MigrationDialect): Promise<void> {
  const { schema } = sql
  await schema
    .createTable('seen_events')
    .addColumn('user_id', text, column => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('event_id', text, column => column.notNull())
    .addColumn('seen_ms', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('seen_events_key', ['user_id', 'event_id'])
    .execute()
  await schema.createIndex('seen_events_time').on('seen_events').columns(['user_id', 'seen_ms']).execute()
}
