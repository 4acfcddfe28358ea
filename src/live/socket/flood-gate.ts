const windowMs = 10_000

/** Tells who sends more messages than anybody needs. */
export class FloodGate {
  readonly #most: number
  readonly #now: () => number
  #sinceMs = Number.NEGATIVE_INFINITY
  #count = 0

  /** `most`: messages in ten seconds. */
  constructor(most: number, now: () => number) {
    this.#most = most
    this.#now = now
  }

  /** Counts one more; false once they are too many. */
  passes(): boolean {
    const now = this.#now()
    if (now - this.#sinceMs > windowMs) {
      this.#sinceMs = now
      this.#count = 0
    }
    return ++this.#count <= this.#most
  }
}
