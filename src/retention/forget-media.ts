import type { Kysely } from 'kysely'
import type { StoreDatabase } from '../store/database.ts'
import type { Tables } from '../store/tables.ts'

/** One of the reasons for which a content is kept. */
export interface MediaReference {
  readonly digest: string
  readonly kind: string
  readonly owner: string
  readonly name: string
}

/** Rows that show a content by this reference do so no longer. */
export async function forgetMedia({ sql: store }: StoreDatabase, reference: MediaReference): Promise<void> {
  const { digest, kind, owner } = reference
  if (kind === 'clip' && owner.startsWith('clip/')) {
    await store.deleteFrom('clips').where('id', '=', owner.slice('clip/'.length)).execute()
  } else if (kind === 'upload') {
    await forgetVideo(store, reference)
  } else if (kind === 'snapshot') {
    const track = await trackOf(store, reference)
    if (track === undefined) return
    await store
      .updateTable('tracks')
      .set({ snapshot: null })
      .where('stream', '=', track.stream)
      .where('epoch', '=', track.epoch)
      .where('track_id', '=', track.id)
      .where('snapshot', '=', digest)
      .execute()
  }
}

/**
 * A file that was analysed twice is the video of two recordings: the one that keeps it by this reference loses it, and
 * with the last reference whoever still shows it.
 */
async function forgetVideo(store: Kysely<Tables>, { digest, owner, name }: MediaReference): Promise<void> {
  await store
    .updateTable('recordings')
    .set({ asset: null })
    .where('asset', '=', digest)
    .where(row =>
      row.or([
        row('id', '=', jobOf(owner) ?? ''),
        row.not(
          row.exists(
            row
              .selectFrom('asset_references as other')
              .select('other.name')
              .where('other.digest', '=', digest)
              .where('other.kind', '=', 'upload')
              .where(other => other.or([other('other.owner', '!=', owner), other('other.name', '!=', name)]))
          )
        )
      ])
    )
    .execute()
}

/** A live picture's owner is its track; pictures of an analysis are its job's, whose id the recording has. */
async function trackOf(store: Kysely<Tables>, { owner, name }: MediaReference) {
  const [, stream, epoch, live] = /^track\/([^/]+)\/(\d+)\/(\d+)$/.exec(owner) ?? []
  if (stream !== undefined) return { stream, epoch: Number(epoch), id: Number(live) }
  const [job, id] = [jobOf(owner), /^track-(\d+)\.jpg$/.exec(name)?.[1]]
  if (job === undefined || id === undefined) return undefined
  const recording = await store
    .selectFrom('recordings')
    .select(['stream', 'epoch'])
    .where('id', '=', job)
    .executeTakeFirst()
  return recording && { ...recording, id: Number(id) }
}

function jobOf(owner: string): string | undefined {
  return owner.startsWith('job/') ? owner.slice('job/'.length) : undefined
}
