import type { Kysely } from 'kysely'
import type { MigrationDialect } from '../migration.ts'

/** Who was seen in the streams of a site, and by what they may be known again. */
export async function up(sql: Kysely<unknown>, { text, bytes, growing }: MigrationDialect): Promise<void> {
  const { schema } = sql
  await schema
    .createTable('track_looks')
    .addColumn('stream', text, column => column.notNull())
    .addColumn('epoch', 'integer', column => column.notNull())
    .addColumn('track_id', 'integer', column => column.notNull())
    .addColumn('label', text, column => column.notNull())
    .addColumn('model', text, column => column.notNull())
    .addColumn('started_ms', 'bigint', column => column.notNull())
    .addColumn('ended_ms', 'bigint', column => column.notNull())
    .addColumn('bytes', bytes, column => column.notNull())
    .addColumn('placed', 'integer', column => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint('track_looks_key', ['stream', 'epoch', 'track_id'])
    .execute()
  await schema.createIndex('track_looks_time').on('track_looks').columns(['stream', 'ended_ms']).execute()
  await schema.createIndex('track_looks_placed').on('track_looks').columns(['placed', 'ended_ms']).execute()
  await schema
    .createTable('site_identities')
    .addColumn('n', growing.type, growing.make)
    .addColumn('id', text, column => column.notNull().unique())
    .addColumn('site_id', text, column => column.notNull().references('sites.id').onDelete('cascade'))
    .addColumn('label', text, column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .execute()
  await schema.createIndex('site_identities_site').on('site_identities').columns(['site_id', 'n']).execute()
  await schema
    .createTable('site_identity_tracks')
    .addColumn('stream', text, column => column.notNull())
    .addColumn('epoch', 'integer', column => column.notNull())
    .addColumn('track_id', 'integer', column => column.notNull())
    .addColumn('identity_id', text, column => column.notNull().references('site_identities.id').onDelete('cascade'))
    .addColumn('by_hand', 'integer', column => column.notNull())
    .addColumn('started_ms', 'bigint', column => column.notNull())
    .addColumn('ended_ms', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('site_identity_tracks_key', ['stream', 'epoch', 'track_id'])
    .execute()
  const links = schema.createIndex('site_identity_tracks_identity').on('site_identity_tracks')
  await links.columns(['identity_id', 'started_ms']).execute()
  const times = schema.createIndex('site_identity_tracks_time').on('site_identity_tracks')
  await times.columns(['stream', 'started_ms']).execute()
}
