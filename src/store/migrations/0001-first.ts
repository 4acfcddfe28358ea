import type { CreateTableBuilder, Kysely } from 'kysely'
import type { MigrationDialect } from '../migration.ts'

/** What both databases call the same; `bytes` and the growing number are what they don't. */
export async function up(
  sql: Kysely<unknown>,
  { text, bytes, growing, real, split, clustered = builder => builder }: MigrationDialect
): Promise<void> {
  const { schema } = sql
  /** A table that is split by time where the database can. */
  const splitTable = <Name extends string, Columns extends string>(
    builder: CreateTableBuilder<Name, Columns>,
    column: Columns
  ) => (split ? split.table(builder, column) : builder)
  await schema
    .createTable('sites')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('title', text, column => column.notNull())
    .addColumn('time_zone', text, column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .execute()
  await schema
    .createTable('streams')
    .addColumn('name', text, column => column.primaryKey().notNull())
    .addColumn('title', text, column => column.notNull())
    .addColumn('site_id', text, column => column.references('sites.id'))
    .addColumn('source', text)
    .addColumn('settings', text, column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addColumn('deleted_ms', 'bigint')
    .execute()
  await schema
    .createTable('recordings')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('stream', text, column => column.notNull())
    .addColumn('epoch', 'integer', column => column.notNull())
    .addColumn('title', text, column => column.notNull())
    .addColumn('asset', text)
    .addColumn('started_ms', 'bigint', column => column.notNull())
    .addColumn('duration_ms', 'bigint')
    .addColumn('facts', text, column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .execute()
  await schema
    .createTable('jobs')
    .addColumn('n', growing.type, growing.make)
    .addColumn('id', text, column => column.notNull().unique())
    .addColumn('kind', text, column => column.notNull())
    .addColumn('state', text, column => column.notNull())
    .addColumn('priority', 'integer', column => column.notNull())
    .addColumn('input', text, column => column.notNull())
    .addColumn('options', text, column => column.notNull())
    .addColumn('stream', text, column => column.notNull())
    .addColumn('epoch', 'integer', column => column.notNull())
    .addColumn('attempt', 'integer', column => column.notNull())
    .addColumn('max_attempts', 'integer', column => column.notNull())
    .addColumn('due_ms', 'bigint', column => column.notNull())
    .addColumn('lease_owner', text)
    .addColumn('lease_until_ms', 'bigint')
    .addColumn('cancel_asked', 'integer', column => column.notNull())
    .addColumn('progress', real, column => column.notNull())
    .addColumn('progress_text', text, column => column.notNull())
    .addColumn('error_code', text)
    .addColumn('error_message', text)
    .addColumn('result', text)
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addColumn('started_ms', 'bigint')
    .addColumn('ended_ms', 'bigint')
    .execute()
  await schema.createIndex('jobs_due').on('jobs').columns(['state', 'priority desc', 'n']).execute()
  await schema.createIndex('jobs_ended').on('jobs').column('ended_ms').execute()
  await schema
    .createTable('clips')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('stream', text, column => column.notNull())
    .addColumn('epoch', 'integer', column => column.notNull())
    .addColumn('from_ms', 'bigint', column => column.notNull())
    .addColumn('to_ms', 'bigint', column => column.notNull())
    .addColumn('asset', text, column => column.notNull())
    .addColumn('event_id', text)
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .execute()
  await schema.createIndex('clips_time').on('clips').columns(['stream', 'from_ms']).execute()
  await schema
    .createTable('tracks')
    .addColumn('stream', text, column => column.notNull())
    .addColumn('epoch', 'integer', column => column.notNull())
    .addColumn('track_id', 'integer', column => column.notNull())
    .addColumn('label', text, column => column.notNull())
    .addColumn('score', real, column => column.notNull())
    .addColumn('detections', 'integer', column => column.notNull())
    .addColumn('started_ms', 'bigint', column => column.notNull())
    .addColumn('ended_ms', 'bigint', column => column.notNull())
    .addColumn('min_x', real, column => column.notNull())
    .addColumn('min_y', real, column => column.notNull())
    .addColumn('max_x', real, column => column.notNull())
    .addColumn('max_y', real, column => column.notNull())
    .addColumn('snapshot', text)
    .addColumn('detail', text, column => column.notNull())
    .addPrimaryKeyConstraint('tracks_key', ['stream', 'epoch', 'track_id'])
    .execute()
  await schema.createIndex('tracks_time').on('tracks').columns(['stream', 'started_ms']).execute()
  await schema
    .createTable('trajectory_heads')
    .addColumn('stream', text, column => column.notNull())
    .addColumn('epoch', 'integer', column => column.notNull())
    .addColumn('base_ms', 'bigint', column => column.notNull())
    .addColumn('header', text, column => column.notNull())
    .addPrimaryKeyConstraint('trajectory_heads_key', ['stream', 'epoch'])
    .execute()
  await splitTable(
    schema
      .createTable('trajectory_chunks')
      .addColumn('stream', text, column => column.notNull())
      .addColumn('epoch', 'integer', column => column.notNull())
      .addColumn('chunk', 'integer', column => column.notNull())
      .addColumn('from_ms', 'bigint', column => column.notNull())
      .addColumn('to_ms', 'bigint', column => column.notNull())
      .addColumn('min_x', real, column => column.notNull())
      .addColumn('min_y', real, column => column.notNull())
      .addColumn('max_x', real, column => column.notNull())
      .addColumn('max_y', real, column => column.notNull())
      .addColumn('frames', 'integer', column => column.notNull())
      .addColumn('points', 'integer', column => column.notNull())
      .addColumn('checksum', 'bigint', column => column.notNull())
      .addColumn('bytes', bytes, column => column.notNull())
      .addPrimaryKeyConstraint(
        'trajectory_chunks_key',
        split ? ['stream', 'epoch', 'chunk', 'from_ms'] : ['stream', 'epoch', 'chunk']
      ),
    'from_ms'
  ).execute()
  // Has all that says whether a chunk is to be read: looking for chunks passes over no bytes.
  await schema
    .createIndex('trajectory_chunks_time')
    .on('trajectory_chunks')
    .columns(['stream', 'from_ms', 'to_ms', 'min_x', 'min_y', 'max_x', 'max_y', 'epoch', 'chunk', 'points'])
    .execute()
  await splitTable(
    schema
      .createTable('events')
      .addColumn('n', growing.type, split ? column => column.notNull() : growing.make)
      .addColumn('id', text, column => column.notNull())
      .addColumn('stream', text, column => column.notNull())
      .addColumn('epoch', 'integer', column => column.notNull())
      .addColumn('kind', text, column => column.notNull())
      .addColumn('measure', text, column => column.notNull())
      .addColumn('track_id', 'integer')
      .addColumn('label', text)
      .addColumn('at_ms', 'bigint', column => column.notNull())
      .addColumn('pts_ms', 'bigint', column => column.notNull())
      .addColumn('frame', 'integer', column => column.notNull())
      .addColumn('detail', text, column => column.notNull())
      .addUniqueConstraint('events_id', split ? ['id', 'at_ms'] : ['id']),
    'at_ms'
  ).execute()
  await schema.createIndex('events_time').on('events').columns(['at_ms', 'n']).execute()
  await schema.createIndex('events_stream_time').on('events').columns(['stream', 'at_ms', 'n']).execute()
  await schema.createIndex('events_kind_time').on('events').columns(['kind', 'at_ms', 'n']).execute()
  // For those who go on behind an event that they know.
  await schema.createIndex('events_stream_order').on('events').columns(['stream', 'epoch', 'n']).execute()
  await schema
    .createTable('event_spans')
    .addColumn('stream', text, column => column.notNull())
    .addColumn('epoch', 'integer', column => column.notNull())
    .addColumn('from_ms', 'bigint', column => column.notNull())
    .addColumn('to_ms', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('event_spans_key', ['stream', 'epoch'])
    .execute()
  await clustered(
    schema
      .createTable('event_minutes')
      .addColumn('stream', text, column => column.notNull())
      .addColumn('epoch', 'integer', column => column.notNull())
      .addColumn('kind', text, column => column.notNull())
      .addColumn('measure', text, column => column.notNull())
      .addColumn('label', text, column => column.notNull())
      .addColumn('direction', text, column => column.notNull())
      .addColumn('minute_ms', 'bigint', column => column.notNull())
      .addColumn('events', 'integer', column => column.notNull())
      .addPrimaryKeyConstraint('event_minutes_key', [
        'stream',
        'minute_ms',
        'kind',
        'measure',
        'label',
        'direction',
        'epoch'
      ])
  ).execute()
  await schema
    .createTable('measures')
    .addColumn('stream', text, column => column.notNull())
    .addColumn('measure', text, column => column.notNull())
    .addColumn('version', text, column => column.notNull())
    .addColumn('definition', text, column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addColumn('retired_ms', 'bigint')
    .addPrimaryKeyConstraint('measures_key', ['stream', 'measure', 'version'])
    .execute()
  await splitTable(
    schema
      .createTable('measure_samples')
      .addColumn('stream', text, column => column.notNull())
      .addColumn('epoch', 'integer', column => column.notNull())
      .addColumn('measure', text, column => column.notNull())
      .addColumn('name', text, column => column.notNull())
      .addColumn('minute_ms', 'bigint', column => column.notNull())
      .addColumn('count', 'integer', column => column.notNull())
      .addColumn('sum', real, column => column.notNull())
      .addColumn('min', real, column => column.notNull())
      .addColumn('max', real, column => column.notNull())
      .addPrimaryKeyConstraint('measure_samples_key', ['stream', 'epoch', 'measure', 'name', 'minute_ms']),
    'minute_ms'
  ).execute()
  // The oldest of a stream, for retention.
  await schema.createIndex('measure_samples_time').on('measure_samples').columns(['stream', 'minute_ms']).execute()
  await schema
    .createTable('users')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('name', text, column => column.notNull().unique())
    .addColumn('role', text, column => column.notNull())
    .addColumn('password', text)
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addColumn('disabled_ms', 'bigint')
    .execute()
  await schema
    .createTable('grants')
    .addColumn('user_id', text, column => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('scope', text, column => column.notNull())
    .addColumn('scope_id', text, column => column.notNull())
    .addColumn('role', text, column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('grants_key', ['user_id', 'scope', 'scope_id'])
    .execute()
  await schema
    .createTable('tokens')
    .addColumn('id', text, column => column.primaryKey().notNull())
    .addColumn('user_id', text, column => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('title', text, column => column.notNull())
    .addColumn('digest', text, column => column.notNull().unique())
    .addColumn('scopes', text, column => column.notNull())
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addColumn('expires_ms', 'bigint')
    .addColumn('revoked_ms', 'bigint')
    .execute()
  await schema
    .createTable('audit')
    .addColumn('n', growing.type, growing.make)
    .addColumn('at_ms', 'bigint', column => column.notNull())
    .addColumn('actor', text, column => column.notNull())
    .addColumn('action', text, column => column.notNull())
    .addColumn('subject', text, column => column.notNull())
    .addColumn('detail', text, column => column.notNull())
    .execute()
  await schema.createIndex('audit_time').on('audit').column('at_ms').execute()
  await schema
    .createTable('settings')
    .addColumn('key', text, column => column.primaryKey().notNull())
    .addColumn('value', text, column => column.notNull())
    .addColumn('changed_ms', 'bigint', column => column.notNull())
    .execute()
  await schema
    .createTable('assets')
    .addColumn('digest', text, column => column.primaryKey().notNull())
    .addColumn('bytes', 'bigint', column => column.notNull())
    .addColumn('content_type', text, column => column.notNull())
    .addColumn('state', text, column => column.notNull())
    .addColumn('holder', text)
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addColumn('changed_ms', 'bigint', column => column.notNull())
    .execute()
  await schema
    .createTable('asset_references')
    .addColumn('digest', text, column => column.notNull().references('assets.digest'))
    .addColumn('kind', text, column => column.notNull())
    .addColumn('owner', text, column => column.notNull())
    .addColumn('name', text, column => column.notNull())
    .addColumn('stream', text)
    .addColumn('created_ms', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('asset_references_key', ['digest', 'kind', 'owner', 'name'])
    .execute()
  await schema
    .createIndex('asset_references_by_age')
    .on('asset_references')
    .columns(['kind', 'stream', 'created_ms'])
    .execute()
  await schema.createIndex('asset_references_by_owner').on('asset_references').column('owner').execute()
  await schema
    .createTable('asset_usage')
    .addColumn('kind', text, column => column.notNull())
    .addColumn('stream', text, column => column.notNull())
    .addColumn('assets', 'bigint', column => column.notNull())
    .addColumn('bytes', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('asset_usage_key', ['kind', 'stream'])
    .execute()
  await schema
    .createTable('cursors')
    .addColumn('log', text, column => column.primaryKey().notNull())
    .addColumn('next_seq', 'bigint', column => column.notNull())
    .execute()
  await schema
    .createTable('epochs')
    .addColumn('stream', text, column => column.primaryKey().notNull())
    .addColumn('epoch', 'integer', column => column.notNull())
    .execute()
  await split?.complete(sql)
}
