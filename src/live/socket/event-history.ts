import type { Event } from '../../contract/event.ts'
import type { EventPlace } from './event-ring.ts'
import { type LiveEvent, liveEvent } from './live-event.ts'

/** What is kept of the streams' events: the store, as far as the live socket needs it. */
export interface EventHistory {
  /** Undefined where the stream has no event with this id. May throw, and is then asked again. */
  after(request: {
    readonly stream: string
    readonly id: string
    readonly limit: number
    readonly inclusive: boolean
  }): Promise<readonly { readonly atMs: number; readonly event: Event }[] | undefined>
  /** How far it may be behind what was logged, in milliseconds. An event that is younger is not missed yet. */
  lagMs?(): number
  /** False while it may lack some of what was logged before this process began. Without: it lacks nothing of that. */
  isWhole?(): boolean
}

/** An answer of the history. */
export interface HistoryPage {
  readonly events: readonly LiveEvent[]
  /** Whether the history was whole when it was asked. */
  readonly isWhole: boolean
}

export interface HistoryLimits {
  /** Questions to the store at a time. */
  readonly parallel: number
  /** Events and bytes of one answer, beyond the first event. */
  readonly events: number
  readonly bytes: number
}

/** Reads the history for all clients: who asks the same at the same time shares one answer, and the store is never asked much at once. */
export class HistoryReader {
  readonly #history: EventHistory
  readonly #limits: HistoryLimits
  readonly #asked = new Map<string, Promise<HistoryPage | undefined>>()
  readonly #waiting: (() => void)[] = []
  #running = 0
  #reads = 0

  constructor(history: EventHistory, limits: HistoryLimits) {
    this.#history = history
    this.#limits = limits
  }

  get reads(): number {
    return this.#reads
  }

  lagMs(): number {
    return this.#history.lagMs?.() ?? 0
  }

  isWhole(): boolean {
    return this.#history.isWhole?.() ?? true
  }

  /** The first events from a place on; undefined where it is not known. Rejects as the history does. */
  read(stream: string, { id, inclusive }: EventPlace): Promise<HistoryPage | undefined> {
    const key = `${inclusive} ${stream} ${id}`
    const asked = this.#asked.get(key)
    if (asked) return asked
    const reading = this.#read(stream, id, inclusive).finally(() => this.#asked.delete(key))
    this.#asked.set(key, reading)
    return reading
  }

  async #read(stream: string, id: string, inclusive: boolean): Promise<HistoryPage | undefined> {
    if (this.#running >= this.#limits.parallel) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#running++
    this.#reads++
    try {
      const isWhole = this.isWhole()
      const found = await this.#history.after({ stream, id, inclusive, limit: this.#limits.events })
      return found && { events: this.#frames(found), isWhole }
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  /** What is beyond the bytes is read again by whoever comes to it. */
  #frames(found: readonly { readonly atMs: number; readonly event: Event }[]): LiveEvent[] {
    const events: LiveEvent[] = []
    let bytes = 0
    for (const { atMs, event } of found) {
      const made = liveEvent(atMs, event)
      bytes += made.frame.length
      if (events.length > 0 && bytes > this.#limits.bytes) break
      events.push(made)
    }
    return events
  }
}
