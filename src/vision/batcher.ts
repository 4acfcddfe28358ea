/** How far frames may wait for one another. */
export interface BatchLimits {
  /** Frames that go through the model at once, at most. Raise it for a graphics card that is not busy, at that much memory. */
  readonly most: number
  /** How long a frame waits for others that are on their way, in milliseconds. Raise it for fuller batches, at that much age. */
  readonly waitMs: number
}

/** What the batcher has to know of the world around it at the moment. */
export interface BatchMoment {
  readonly nowMs: number
  /** A session does nothing. */
  readonly isIdle: boolean
  /** Further frames are being made ready right now. */
  readonly areMoreComing: boolean
}

interface Waiting<Item> {
  readonly item: Item
  readonly sinceMs: number
}

/**
 * Decides which frames go through a model together, in the order they came. Reads no clock and sets no timer: who asks
 * says what time it is. A full batch goes at once, also behind one that is under way. A smaller one goes when a session
 * is idle and waiting is over: nothing else is on its way, or the oldest frame has waited `waitMs`. With `most` at 1
 * nothing ever waits here. It holds no more than it was given: its users bound that by the places for pictures.
 */
export class Batcher<Item> {
  #most: number
  readonly #waitMs: number
  #waiting: Waiting<Item>[] = []

  constructor({ most, waitMs }: BatchLimits) {
    this.#most = most
    this.#waitMs = waitMs
  }

  get most(): number {
    return this.#most
  }

  /** Batches of more than this many did not go well. */
  lower(most: number): void {
    this.#most = Math.max(1, Math.min(this.#most, most))
  }

  add(item: Item, nowMs: number): void {
    this.#waiting.push({ item, sinceMs: nowMs })
  }

  /** The frames that are to go now, if any; to be asked again until there are none. */
  take({ nowMs, isIdle, areMoreComing }: BatchMoment): Item[] | undefined {
    const oldest = this.#waiting[0]
    if (!oldest) return undefined
    const isFull = this.#waiting.length >= this.#most
    const isDue = isIdle && (!areMoreComing || nowMs >= oldest.sinceMs + this.#waitMs)
    return isFull || isDue ? this.#waiting.splice(0, this.#most).map(({ item }) => item) : undefined
  }

  /** When waiting is over for what is here, if a session is idle then. */
  get dueMs(): number | undefined {
    const oldest = this.#waiting[0]
    return oldest && oldest.sinceMs + this.#waitMs
  }

  /** Everything that waits, which now waits no more. */
  drain(): Item[] {
    return this.#waiting.splice(0).map(({ item }) => item)
  }
}
