import type { StoredEvent } from '../../../../src/contract/api/event.ts'

/** A list of events as it is at one moment. */
export interface EventListState {
  /** The newest first. Another array after each change of who is in it. */
  readonly items: readonly StoredEvent[]
  readonly seen: ReadonlySet<string>
  /** How many came meanwhile, and wait until somebody wants them: nothing moves under anybody's eyes. */
  readonly waiting: number
  /** `more`: there are older ones. `all`: there are none. */
  readonly phase: 'loading' | 'more' | 'all' | 'failed'
  readonly error: unknown
}

export interface EventPage {
  readonly items: readonly StoredEvent[]
  readonly next: string | null
}

/** Events page by page, and those that happen meanwhile; each once. Outside of React, as there may be 100,000. */
export class EventListStore {
  readonly #page: (cursor: string | undefined) => Promise<EventPage>
  readonly #listeners = new Set<() => void>()
  readonly #known = new Set<string>()
  #waiting: StoredEvent[] = []
  #next: string | undefined
  #isAsking = false
  #state: EventListState = { items: [], seen: new Set(), waiting: 0, phase: 'loading', error: undefined }

  constructor(page: (cursor: string | undefined) => Promise<EventPage>) {
    this.#page = page
  }

  get state(): EventListState {
    return this.#state
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Asks for the next page, unless that is under way or there is none. */
  async more(): Promise<void> {
    if (this.#isAsking || this.#state.phase === 'all') return
    this.#isAsking = true
    if (this.#state.phase === 'failed') this.#change({ phase: 'loading', error: undefined })
    try {
      const { items, next } = await this.#page(this.#next)
      this.#next = next ?? undefined
      const fresh = items.filter(({ event }) => !this.#known.has(event.id))
      for (const { event } of fresh) this.#known.add(event.id)
      const marked = items.filter(({ seen }) => seen).map(({ event }) => event.id)
      this.#change({
        items: this.#state.items.concat(fresh),
        phase: next === null ? 'all' : 'more',
        ...(marked.length > 0 && { seen: new Set([...this.#state.seen, ...marked]) })
      })
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'AbortError')) this.#change({ phase: 'failed', error })
    } finally {
      this.#isAsking = false
    }
  }

  /** What happened just now: shown at once, or kept until `show()`. */
  add(events: readonly StoredEvent[], mayShow: boolean): void {
    const fresh = events.filter(({ event }) => !this.#known.has(event.id))
    if (fresh.length === 0) return
    for (const { event } of fresh) this.#known.add(event.id)
    this.#waiting.push(...fresh)
    if (mayShow) this.show()
    else this.#change({ waiting: this.#waiting.length })
  }

  show(): void {
    if (this.#waiting.length === 0) return
    const items = [...this.#state.items]
    // They come nearly in order: each goes a few places down at most.
    for (const each of this.#waiting) {
      const at = items.findIndex(({ atMs }) => atMs <= each.atMs)
      items.splice(at < 0 ? items.length : at, 0, each)
    }
    this.#waiting = []
    this.#change({ items, waiting: 0 })
  }

  mark(ids: readonly string[], isSeen: boolean): void {
    const seen = new Set(this.#state.seen)
    for (const id of ids) {
      if (isSeen) seen.add(id)
      else seen.delete(id)
    }
    this.#change({ seen })
  }

  #change(change: Partial<EventListState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}

/** The rows that have to be there, of `count`: those that are seen, and some around them. From `first` to before `end`. */
export function rowsInView(scrolledPx: number, heightPx: number, rowPx: number, count: number, around = 8) {
  const first = Math.max(0, Math.min(count, Math.floor(scrolledPx / rowPx) - around))
  const end = Math.min(count, Math.ceil((scrolledPx + heightPx) / rowPx) + around)
  return { first, end: Math.max(first, end) }
}
