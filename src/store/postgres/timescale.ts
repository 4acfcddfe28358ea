import { type SplitTable, splitTables } from '../tables-split.ts'

// Written after TimescaleDB's documentation of 2.x and never run against it here: docs/spec/store.md says so.

const dayMs = 86_400_000
/** One chunk: a month, as a partition without the extension. */
const chunkMs = 30 * dayMs
/** Older chunks are compressed; late rows still get in, slowly. */
const compressAfterMs = 7 * dayMs

const segmentBy: Readonly<Record<SplitTable, string>> = {
  events: 'stream, kind',
  trajectory_chunks: 'stream',
  measure_samples: 'stream, measure, name'
}

/**
 * Turns the tables, still empty, into compressed hypertables, and keeps counts by hour of the events beside them: for
 * other programs, since our own come from `event_hours`.
 */
export function hypertableStatements(): string[] {
  return [
    `create or replace function sightline_now_ms() returns bigint language sql stable as
      $$ select (extract(epoch from now()) * 1000)::bigint $$`,
    ...Object.entries(splitTables).flatMap(([table, column]) => [
      `select create_hypertable('${table}', '${column}', chunk_time_interval => ${chunkMs}::bigint)`,
      `select set_integer_now_func('${table}', 'sightline_now_ms')`,
      `alter table ${table} set (timescaledb.compress,
        timescaledb.compress_segmentby = '${segmentBy[table as SplitTable]}', timescaledb.compress_orderby = '${column}')`,
      `select add_compression_policy('${table}', compress_after => ${compressAfterMs}::bigint)`
    ]),
    `create materialized view events_by_hour with (timescaledb.continuous) as
      select time_bucket(3600000::bigint, at_ms) as hour_ms, stream, kind, measure, label, count(*) as events
      from events group by 1, 2, 3, 4, 5 with no data`,
    `select add_continuous_aggregate_policy('events_by_hour', start_offset => ${3 * dayMs}::bigint,
      end_offset => 3600000::bigint, schedule_interval => interval '1 hour')`
  ]
}

/** Drops the chunks of which everything is older; a row for each. */
export function dropChunksStatement(table: SplitTable, beforeMs: number): string {
  return `select drop_chunks('${table}', older_than => ${Math.trunc(beforeMs)}::bigint)`
}
