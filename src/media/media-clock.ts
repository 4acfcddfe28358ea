/** A step back beyond this is no disorder: the recording was joined from parts, each with a clock of its own. */
const joinMs = 1000

/**
 * Makes media time whole milliseconds that always grow, whatever the container says. Where time jumps back, as in
 * transport streams written one behind the other, what follows goes on from there. A jump ahead stays: a camera
 * that was off for an hour has an hour without frames.
 */
export class MediaClock {
  readonly #stepMs: number
  #lastMs = -1
  /** What was added to the container's times at its jumps back. */
  #addedMs = 0

  constructor(fps: number | undefined) {
    this.#stepMs = Math.max(1, Math.round(1000 / (fps ?? 25)))
  }

  /** Media time of the next frame, which the container says is shown at `ms`. */
  next(ms: number | undefined): number {
    const nextMs = this.#lastMs < 0 ? 0 : this.#lastMs + this.#stepMs
    if (ms !== undefined && ms + this.#addedMs < this.#lastMs - joinMs) this.#addedMs = nextMs - ms
    const at = ms === undefined ? nextMs : Math.round(ms + this.#addedMs)
    this.#lastMs = Math.max(at, this.#lastMs + 1)
    return this.#lastMs
  }
}
