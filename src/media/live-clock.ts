/** Source and arrival may differ by so much from one frame to the next: bursts after a stall, the pictures a server kept. */
const mostApartMs = 10_000
/** A step back beyond this is no disorder: the source began anew. */
const joinMs = 1000

/**
 * Makes a live source's times whole milliseconds that always grow, from 0 on. They follow the source's clock, which is
 * steady; where that jumps away from the time that really went by, because the source began anew, they go on by arrival.
 */
export class LiveClock {
  #last: { readonly sourceMs: number; readonly arrivedMs: number; readonly ptsMs: number } | undefined
  /** From the source's time to ours. */
  #addedMs = 0

  /** Time of the next frame in the order of showing. `arrivedMs` never runs backwards but by reordering. */
  next(sourceMs: number, arrivedMs: number): number {
    const last = this.#last
    if (!last) this.#addedMs = -sourceMs
    else {
      const stepMs = sourceMs - last.sourceMs
      const passedMs = Math.max(0, arrivedMs - last.arrivedMs)
      const isJump = stepMs < -joinMs || Math.abs(stepMs - passedMs) > mostApartMs
      if (isJump) this.#addedMs = last.ptsMs + Math.max(1, passedMs) - sourceMs
    }
    const ptsMs = Math.max(Math.round(sourceMs + this.#addedMs), (last?.ptsMs ?? -1) + 1)
    this.#last = { sourceMs, arrivedMs, ptsMs }
    return ptsMs
  }
}
