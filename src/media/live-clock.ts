/** Source and arrival may differ by so much from one unit to the next: bursts after a stall, the pictures a server kept. */
const mostApartMs = 10_000
/** A step back beyond this is no disorder: the source began anew. */
const joinMs = 1000

/**
 * Gives a live source's pictures times that start at 0. They follow the source's clock, which is steady; where that jumps
 * away from the time that really went by, because the source began anew, they go on by arrival.
 */
export class LiveClock {
  #last: { readonly sourceMs: number; readonly arrivedMs: number; readonly mediaMs: number } | undefined
  /** From the source's time to ours. */
  #addedMs = 0
  #lastPtsMs = -1

  /** Media time of the next unit in the order of arrival, in milliseconds with fractions. */
  arrival(sourceMs: number, arrivedMs: number): number {
    const last = this.#last
    if (!last) this.#addedMs = -sourceMs
    else {
      const stepMs = sourceMs - last.sourceMs
      const passedMs = Math.max(0, arrivedMs - last.arrivedMs)
      const isJump = stepMs < -joinMs || Math.abs(stepMs - passedMs) > mostApartMs
      if (isJump) this.#addedMs = last.mediaMs + Math.max(1, passedMs) - sourceMs
    }
    const mediaMs = sourceMs + this.#addedMs
    this.#last = { sourceMs, arrivedMs, mediaMs }
    return mediaMs
  }

  /** Time of the next picture in the order of showing: whole milliseconds that always grow. */
  showing(mediaMs: number): number {
    this.#lastPtsMs = Math.max(Math.round(mediaMs), this.#lastPtsMs + 1)
    return this.#lastPtsMs
  }
}
