import type { Kysely } from 'kysely'
import type { MigrationDialect } from '../migration.ts'

/** As whom identity providers know somebody. */
export async function up(sql: Kysely<unknown>, { text }: MigrationDialect): Promise<void> {
  await sql.schema
    .createTable('identities')
    .addColumn('user_id', text, column => column.primaryKey().notNull().references('users.id').onDelete('cascade'))
    .addColumn('issuer', text, column => column.notNull())
    .addColumn('subject', text, column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addUniqueConstraint('identities_subject', ['issuer', 'subject'])
    .execute()
}
