/** At most so many frames a second, as even as the source allows. */
export class Pace {
  readonly #intervalMs: number
  #dueMs = Number.NEGATIVE_INFINITY

  /** `maxFps`: infinite takes all. */
  constructor(maxFps: number) {
    this.#intervalMs = 1000 / maxFps
  }

  takes(ptsMs: number): boolean {
    // Media times are rounded: what is a millisecond early is not.
    if (ptsMs + 1 < this.#dueMs) return false
    // A frame that came late is no reason for the next to be late, too.
    this.#dueMs = (ptsMs - this.#dueMs < this.#intervalMs ? this.#dueMs : ptsMs) + this.#intervalMs
    return true
  }
}

/**
 * Keeps a source that goes mad from taking the machine: beyond so many units a second, everything up to the next key frame
 * is left out.
 */
export class UnitPace {
  readonly #unitsPerSecond: number
  #left: number
  #atMs: number | undefined
  #isSkipping = false

  constructor(unitsPerSecond: number) {
    this.#unitsPerSecond = unitsPerSecond
    this.#left = unitsPerSecond
  }

  takes({ isKey, arrivedMs }: { readonly isKey: boolean; readonly arrivedMs: number }): boolean {
    const passedMs = Math.max(0, arrivedMs - (this.#atMs ?? arrivedMs))
    this.#atMs = arrivedMs
    this.#left = Math.min(this.#unitsPerSecond, this.#left + (passedMs * this.#unitsPerSecond) / 1000)
    if (this.#left < 1) this.#isSkipping = true
    else if (isKey) this.#isSkipping = false
    if (this.#isSkipping) return false
    this.#left--
    return true
  }
}
