import type { StoreDatabase } from './database.ts'

/** Where the store stands, for those who go on from there: by log, the `seq` that it wants next. Everything before it is in. */
export async function storedSoFar(database: StoreDatabase): Promise<ReadonlyMap<string, number>> {
  const cursors = await database.sql.selectFrom('cursors').selectAll().execute()
  return new Map(cursors.map(({ log, next_seq }) => [log, next_seq]))
}
