import type { StoredEvent } from '../../../src/contract/api/event.ts'

/** Older ones are on the page of events. */
const mostKept = 200

/** Both, the newest first, each once: an event may be told live and asked for, too. */
export function merged(events: readonly StoredEvent[], more: readonly StoredEvent[]): readonly StoredEvent[] {
  const known = new Map([...events, ...more].map(each => [each.event.id, each]))
  return [...known.values()]
    .sort((a, b) => b.atMs - a.atMs || b.event.frame - a.event.frame || (a.event.id < b.event.id ? 1 : -1))
    .slice(0, mostKept)
}
