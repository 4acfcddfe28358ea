import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { StoreDatabase } from './database.ts'
import { oneOf } from './one-of.ts'
import { invalid } from './query-border.ts'
import type { TrackKey } from './site-identities.ts'

/** As `SiteIdentities.merge`. */
export async function mergeIdentities(
  database: StoreDatabase,
  id: string,
  into: string,
  streams: readonly string[]
): Promise<boolean> {
  if (id === into) throw invalid('Nobody can be merged with themselves: name somebody else.')
  return database.sql.transaction().execute(async transaction => {
    await database.takeTurn(transaction, 'identities')
    const both = await transaction
      .selectFrom('site_identities')
      .select(['site_id', 'label'])
      .where(oneOf(database, 'id', [id, into]))
      .execute()
    const [one, other] = both
    if (!one || !other) return false
    if (one.site_id !== other.site_id) throw invalid('They were seen at two sites: only those of one site are merged.')
    if (one.label !== other.label)
      throw invalid(`A ${one.label} and a ${other.label} are never one: only those of one label are merged.`)
    const { numUpdatedRows } = await transaction
      .updateTable('site_identity_tracks')
      .set({ identity_id: into, by_hand: 1 })
      .where('identity_id', '=', id)
      .where(oneOf(database, 'stream', streams))
      .executeTakeFirstOrThrow()
    await sql`delete from site_identities where id = ${id} and not exists
      (select 1 from site_identity_tracks where identity_id = ${id})`.execute(transaction)
    return numUpdatedRows > 0n
  })
}

/** As `SiteIdentities.split`. */
export async function splitIdentity(
  database: StoreDatabase,
  id: string,
  tracks: readonly TrackKey[],
  createdMs: number
): Promise<string | undefined> {
  const other = randomUUID()
  const places = new Map(tracks.map(track => [`${track.stream}/${track.epoch}/${track.trackId}`, track]))
  const sentinel = new Error('not theirs')
  try {
    await database.sql.transaction().execute(async transaction => {
      await database.takeTurn(transaction, 'identities')
      const known = await transaction.selectFrom('site_identities').selectAll().where('id', '=', id).executeTakeFirst()
      if (!known) throw sentinel
      const { site_id, label } = known
      await transaction
        .insertInto('site_identities')
        .values({ id: other, site_id, label, created_ms: createdMs })
        .execute()
      for (const { stream, epoch, trackId } of places.values()) {
        const { numUpdatedRows } = await transaction
          .updateTable('site_identity_tracks')
          .set({ identity_id: other, by_hand: 1 })
          .where('identity_id', '=', id)
          .where('stream', '=', stream)
          .where('epoch', '=', epoch)
          .where('track_id', '=', trackId)
          .executeTakeFirstOrThrow()
        if (numUpdatedRows === 0n) throw sentinel
      }
    })
    return other
  } catch (error) {
    if (error === sentinel) return undefined
    throw error
  }
}
