import type { QueryAnswer, QueryItem, QueryTask } from './query-messages.ts'
import type { QueryThread } from './query-thread.ts'
import type { ChunkBite } from './stored-chunk.ts'
import type { Reading } from './stored-frames.ts'
import { checkSignal } from './stored-range.ts'

/**
 * Has `bites` worked out by the thread and gives what they bring about, as it comes; returns the answer. The next
 * bite is read while the thread works on the one before, and none before what came is wanted.
 * @throws SL_CANCELLED, and what the thread says
 */
export async function* ask(
  thread: QueryThread,
  task: QueryTask,
  bites: AsyncGenerator<ChunkBite>,
  { signal, onDamage }: Reading
): AsyncGenerator<readonly QueryItem[], QueryAnswer, undefined> {
  using query = thread.open(task)
  let next = bites.next()
  try {
    for (;;) {
      const { done, value } = await next
      checkSignal(signal)
      if (done) break
      next = bites.next()
      next.catch(() => undefined) // Reported when its turn comes.
      const { items, damaged } = await query.take(value)
      for (const damage of damaged) onDamage?.(damage)
      if (items.length > 0) yield items
    }
  } finally {
    await bites.return(undefined)
  }
  const { items, answer } = await query.finish()
  if (items.length > 0) yield items
  return answer
}
