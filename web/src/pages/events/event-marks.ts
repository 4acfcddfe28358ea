import type { EventListStore } from './event-list-state.ts'

/** As many as the server takes in one request. */
const mostMarks = 1000

/** What is to be marked. */
export interface Marks {
  readonly ids: readonly string[]
  readonly isSeen: boolean
  /** Those of them that are otherwise until then. */
  readonly changed: readonly string[]
}

export function marksOf({ state }: EventListStore, ids: readonly string[], isSeen: boolean): Marks {
  return { ids, isSeen, changed: ids.filter(id => state.seen.has(id) !== isSeen) }
}

/** Has the server take marks that the list shows already; those that it does not take, the list has no more. @throws what `put` does */
export async function putMarks(
  store: EventListStore,
  { ids, isSeen, changed }: Marks,
  put: (ids: readonly string[]) => Promise<unknown>
): Promise<void> {
  for (let at = 0; at < ids.length; at += mostMarks)
    try {
      await put(ids.slice(at, at + mostMarks))
    } catch (error) {
      const rest = new Set(ids.slice(at))
      store.mark(
        changed.filter(id => rest.has(id)),
        !isSeen
      )
      throw error
    }
}
