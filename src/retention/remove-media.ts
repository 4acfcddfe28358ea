import type { StoreDatabase } from '../store/database.ts'
import { forgetMedia } from './forget-media.ts'
import type { Removal } from './plan.ts'
import { recordRemoval } from './removal-audit.ts'
import type { Removed } from './remove-rows.ts'
import { type MediaKind, referenceKinds } from './stored-kinds.ts'

/** What retention asks of the assets (`Assets` is one): to give a reference up, and the bytes with the last one. */
export interface MediaShelf {
  release(match: {
    readonly owner: string
    readonly kind?: 'snapshot' | 'upload' | 'clip' | 'export' | 'report'
    readonly name?: string
    readonly digest?: string
  }): Promise<{ readonly bytes: number }>
}

/** Gives up the oldest references, until enough bytes are gone; whatever shows them is told first. */
export async function removeMedia(
  database: StoreDatabase,
  shelf: MediaShelf,
  removal: Removal,
  mostReferences: number
): Promise<Removed> {
  const { stream, beforeMs, maxBytes } = removal
  const due = await database.sql
    .selectFrom('asset_references as reference')
    .innerJoin('assets', 'assets.digest', 'reference.digest')
    .select(['reference.digest', 'kind', 'owner', 'name', 'bytes'])
    .where('kind', 'in', referenceKinds[removal.kind as MediaKind])
    .where('stream', stream === '' ? 'is' : '=', stream === '' ? null : stream)
    .where('reference.created_ms', '<', beforeMs)
    .orderBy('reference.created_ms')
    .limit(mostReferences)
    .execute()
  let rows = 0
  let bytes = 0
  for (const reference of due) {
    if (bytes >= maxBytes) break
    // Killed in between, the reference is still there to be taken up again.
    await forgetMedia(database, reference)
    const { digest, kind, owner, name } = reference
    await shelf.release({ digest, kind: kind as 'clip', owner, name })
    rows++
    bytes += reference.bytes
  }
  if (rows > 0) await recordRemoval(database.sql, removal, { rows, bytes }, beforeMs)
  return { rows, bytes }
}
