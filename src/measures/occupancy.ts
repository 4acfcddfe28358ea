/** How many are in a zone and were, and how long they stayed. */
export class Occupancy {
  #entered = 0
  #left = 0
  #peak = 0
  #dwellMs = 0
  #longestDwellMs = 0
  /** Time in which the zone worked, and its sum over everybody inside. */
  #openMs = 0
  #presenceMs = 0

  get current(): number {
    return this.#entered - this.#left
  }

  /** Time passed, with as many inside as at the end of the frame before. */
  pass(stepMs: number): void {
    this.#openMs += stepMs
    this.#presenceMs += stepMs * this.current
  }

  enter(): void {
    this.#entered++
  }

  leave(dwellMs: number): void {
    this.#left++
    this.#dwellMs += dwellMs
    this.#longestDwellMs = Math.max(this.#longestDwellMs, dwellMs)
  }

  /** End of a frame. */
  settle(): void {
    this.#peak = Math.max(this.#peak, this.current)
  }

  snapshot() {
    return {
      entered: this.#entered,
      left: this.#left,
      current: this.current,
      peak: this.#peak,
      mean: this.#openMs === 0 ? 0 : this.#presenceMs / this.#openMs,
      dwellMs: this.#dwellMs,
      longestDwellMs: this.#longestDwellMs
    }
  }
}
