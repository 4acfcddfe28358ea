import type { Kysely } from 'kysely'

/** When a token was shown last, so that people find those that nothing needs. */
export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema.alterTable('tokens').addColumn('used_ms', 'bigint').execute()
}
