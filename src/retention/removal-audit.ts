import type { Kysely } from 'kysely'
import type { Tables } from '../store/tables.ts'
import type { Removal } from './plan.ts'
import type { Removed } from './remove-rows.ts'

/** One line for a bite, however many rows it took: who wants to know what is gone finds how much, of what, and why. */
export async function recordRemoval(
  store: Kysely<Tables>,
  { kind, stream, reason }: Pick<Removal, 'kind' | 'stream' | 'reason'>,
  { rows, bytes }: Removed,
  beforeMs: number
): Promise<void> {
  await store
    .insertInto('audit')
    .values({
      at_ms: Date.now(),
      actor: 'retention',
      action: 'removed',
      subject: stream === '' ? kind : `${kind}/${stream}`,
      detail: JSON.stringify({ reason, rows, bytes, beforeMs })
    })
    .execute()
}
