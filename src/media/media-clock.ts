/** Makes media time whole milliseconds that always grow, whatever the container says. */
export class MediaClock {
  readonly #stepMs: number
  #lastMs = -1

  constructor(fps: number | undefined) {
    this.#stepMs = Math.max(1, Math.round(1000 / (fps ?? 25)))
  }

  next(ms: number | undefined): number {
    const at = ms === undefined ? this.#lastMs + (this.#lastMs < 0 ? 1 : this.#stepMs) : Math.round(ms)
    this.#lastMs = Math.max(at, this.#lastMs + 1)
    return this.#lastMs
  }
}
