import type { StoreDatabase } from './database.ts'

/** Where the store stands, for those who go on from there. */
export interface StoredSoFar {
  /** By log, the `seq` that the store wants next: everything before it is in. */
  readonly positions: ReadonlyMap<string, number>
  /** By stream, the newest epoch of which there are events. */
  readonly epochs: ReadonlyMap<string, number>
}

/** Of one moment. */
export function storedSoFar(database: StoreDatabase): Promise<StoredSoFar> {
  return database.reading(async snapshot => {
    const cursors = await snapshot.selectFrom('cursors').selectAll().execute()
    const spans = await snapshot
      .selectFrom('event_spans')
      .select(({ fn }) => ['stream', fn.max('epoch').as('epoch')])
      .groupBy('stream')
      .execute()
    return {
      positions: new Map(cursors.map(({ log, next_seq }) => [log, next_seq])),
      epochs: new Map(spans.map(({ stream, epoch }) => [stream, epoch]))
    }
  })
}
