import type { StoreDatabase } from '../../../src/store/database.ts'

/** All that logs have told, in an order that does not depend on the order of arrival. */
export async function contents({ sql }: StoreDatabase) {
  const events = await sql.selectFrom('events').selectAll().orderBy('id').execute()
  return {
    events: events.map(({ n: _n, ...row }) => plain(row)),
    minutes: await ordered(sql.selectFrom('event_minutes').selectAll().execute()),
    hours: await ordered(sql.selectFrom('event_hours').selectAll().execute()),
    tracks: await ordered(sql.selectFrom('tracks').selectAll().execute()),
    heads: await ordered(sql.selectFrom('trajectory_heads').selectAll().execute()),
    chunks: await ordered(sql.selectFrom('trajectory_chunks').selectAll().execute()),
    samples: await ordered(sql.selectFrom('measure_samples').selectAll().execute())
  }
}

async function ordered(rows: Promise<readonly object[]>): Promise<string[]> {
  return (await rows).map(plain).sort()
}

/** Bytes are compared by their checksum, which is a column too. */
function plain(columns: object): string {
  const { bytes: _bytes, ...row } = columns as { readonly bytes?: unknown }
  return JSON.stringify(Object.entries(row).sort(([one], [another]) => (one < another ? -1 : 1)))
}
