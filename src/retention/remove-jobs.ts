import type { StoreDatabase } from '../store/database.ts'
import type { Removal } from './plan.ts'
import { recordRemoval } from './removal-audit.ts'
import type { MediaShelf } from './remove-media.ts'
import type { Removed } from './remove-rows.ts'
import { rowPlaces } from './stored-kinds.ts'

/** Each has files of its own to be given up first. */
const mostJobs = 50

/** Removes finished jobs, and with them what they wrote for whoever looks at them. Uploads have an age of their own. */
export async function removeJobs(
  { sql: store }: StoreDatabase,
  shelf: MediaShelf,
  removal: Removal,
  mostRows: number
): Promise<Removed> {
  const { rowBytes } = rowPlaces.jobs
  const due = await store
    .selectFrom('jobs')
    .select('id')
    .where('ended_ms', '<', removal.beforeMs)
    .orderBy('ended_ms')
    .limit(Math.min(mostJobs, mostRows, Math.ceil(removal.maxBytes / rowBytes)))
    .execute()
  if (due.length === 0) return { rows: 0, bytes: 0 }
  for (const { id } of due) {
    for (const kind of ['report', 'export'] as const) await shelf.release({ owner: `job/${id}`, kind })
  }
  const ids = due.map(({ id }) => id)
  return await store.transaction().execute(async transaction => {
    const deleted = await transaction
      .deleteFrom('jobs')
      .where('id', 'in', ids)
      // One that is tried again meanwhile has not ended any more.
      .where('ended_ms', '<', removal.beforeMs)
      .executeTakeFirst()
    const rows = Number(deleted.numDeletedRows)
    const removed = { rows, bytes: rows * rowBytes }
    await recordRemoval(transaction, removal, removed, removal.beforeMs)
    return removed
  })
}
