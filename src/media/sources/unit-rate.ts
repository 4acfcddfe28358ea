/** What cameras send at most, in units a second. Raise it for high-speed cameras, at that much more decoding. */
export const mostUnitsPerSecond = 300
/** Senders begin with what they have since the last key frame. */
const burstUnits = 2 * mostUnitsPerSecond

/**
 * Keeps a source that goes mad from taking the thread that reads all others: tells how long it is not to be read. Its
 * sender has to wait then, and leaves out what it cannot send. Pure.
 */
export class UnitBrake {
  #left = burstUnits
  #atMs: number | undefined

  /** After a unit that came at `nowMs`: milliseconds of rest, 0 for what cameras send. */
  restMs(nowMs: number): number {
    const passedMs = Math.max(0, nowMs - (this.#atMs ?? nowMs))
    this.#atMs = nowMs
    this.#left = Math.min(burstUnits, this.#left + (passedMs * mostUnitsPerSecond) / 1000) - 1
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left * 1000) / mostUnitsPerSecond)
  }
}
