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

/** What happens meanwhile makes a list no longer than this, in events; raise it to keep more above what has to be fetched again. */
const mostKept = 5000

/** The page after `cursor`, or the first one, of what happened before `beforeMs`. */
type PageSource = (cursor: string | undefined, beforeMs: number | undefined) => Promise<EventPage>

/**
 * Events page by page, as many as one asks for, and those that happen meanwhile; each once. When these are too many, the oldest
 * are dropped, and are a page again. Outside of React, as there may be 100,000.
 */
export class EventListStore {
  readonly #page: PageSource
  readonly #most: number
  readonly #listeners = new Set<() => void>()
  #known = new Set<string>()
  #waiting: StoredEvent[] = []
  /** More waited than may: some between those that wait and those that are shown are nowhere. */
  #hasGap = false
  #next: string | undefined
  #beforeMs: number | undefined
  #isAsking = false
  /** What happened after this, while nothing was told, is still to be asked for. */
  #behindMs: number | undefined
  #state: EventListState = { items: [], seen: new Set(), waiting: 0, phase: 'loading', error: undefined }

  constructor(page: PageSource, most = mostKept) {
    this.#page = page
    this.#most = most
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
    if (this.#behindMs !== undefined) return this.catchUp(true)
    this.#isAsking = true
    if (this.#state.phase === 'failed') this.#change({ phase: 'loading', error: undefined })
    try {
      const [cursor, beforeMs] = [this.#next, this.#beforeMs]
      const { items, next } = await this.#page(cursor, beforeMs)
      // The list ends elsewhere by now: this would leave a gap.
      if (cursor !== this.#next || beforeMs !== this.#beforeMs) return
      this.#next = next ?? undefined
      const fresh = items.filter(({ event }) => !this.#known.has(event.id))
      for (const { event } of fresh) this.#known.add(event.id)
      const marked = markedOf(items)
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
    this.#waiting = this.#waiting.concat(fresh)
    if (mayShow) this.show()
    else this.#keepWaiting()
  }

  /** Some may have happened that nobody told of: asks for the newest, and begins with these where others lie between. */
  async catchUp(mayShow: boolean): Promise<void> {
    const newest = [...this.#state.items.slice(0, 1), ...this.#waiting]
    const behindMs = (this.#behindMs ??= Math.max(...newest.map(({ atMs }) => atMs)))
    try {
      const { items, next } = await this.#page(undefined, undefined)
      this.#behindMs = undefined
      if (this.#state.phase === 'failed') this.#change({ phase: 'more', error: undefined })
      const oldestMs = items.at(-1)?.atMs ?? behindMs
      if (next !== null && oldestMs > behindMs) {
        this.#hasGap = true
        this.#waiting = this.#waiting.concat(this.#state.items.filter(({ atMs }) => atMs >= oldestMs))
      }
      this.add(items.toReversed(), mayShow)
      this.mark(markedOf(items), true)
    } catch (error) {
      this.#change({ phase: 'failed', error })
    }
  }

  #keepWaiting(): void {
    const dropped = this.#waiting.splice(0, this.#waiting.length - this.#most)
    for (const { event } of dropped) this.#known.delete(event.id)
    if (dropped.length > 0) this.#hasGap = true
    this.#change({ waiting: this.#waiting.length })
  }

  show(): void {
    if (this.#waiting.length === 0) return
    const items = this.#hasGap ? [] : [...this.#state.items]
    // They come nearly in order: each goes a few places down at most.
    for (const each of this.#waiting) {
      const at = items.findIndex(({ atMs }) => atMs <= each.atMs)
      items.splice(at < 0 ? items.length : at, 0, each)
    }
    this.#waiting = []
    if (this.#hasGap || items.length > this.#most) this.#endAt(items.slice(0, this.#most))
    else this.#change({ items, waiting: 0 })
  }

  /** Nothing else is there any more; pages go on below the last one. */
  #endAt(items: readonly StoredEvent[]): void {
    this.#hasGap = false
    this.#known = new Set(items.map(({ event }) => event.id))
    this.#next = undefined
    // Others may have happened in the same millisecond.
    this.#beforeMs = items.at(-1)!.atMs + 1
    const seen = new Set([...this.#state.seen].filter(id => this.#known.has(id)))
    this.#change({ items, seen, waiting: 0, phase: 'more', error: undefined })
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

function markedOf(items: readonly StoredEvent[]): readonly string[] {
  return items.filter(({ seen }) => seen).map(({ event }) => event.id)
}

/** The rows that have to be there, of `count`: those that are seen, and some around them. From `first` to before `end`. */
export function rowsInView(scrolledPx: number, heightPx: number, rowPx: number, count: number, around = 8) {
  const first = Math.max(0, Math.min(count, Math.floor(scrolledPx / rowPx) - around))
  const end = Math.min(count, Math.ceil((scrolledPx + heightPx) / rowPx) + around)
  return { first, end: Math.max(first, end) }
}
