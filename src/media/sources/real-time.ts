import { setTimeout as pause } from 'node:timers/promises'

/** A step in the source's time by more than this is no pause in it: it began anew, or was off. */
const mostStepMs = 10_000
const mostBackMs = 1000

/** Holds back what is there already until its turn, as if it came from a camera. */
export class RealTime {
  readonly #signal: AbortSignal
  readonly #mostBehindMs: number
  /** Of the clock of this process, where media time 0 lies. */
  #startMs: number | undefined
  #lastMs = 0

  /** Who is later than `mostBehindMs` gets the rest as much later, instead of a burst. */
  constructor(signal: AbortSignal, mostBehindMs = 1000) {
    this.#signal = signal
    this.#mostBehindMs = mostBehindMs
  }

  /** Waits for the turn of what is due at `mediaMs`; false once `signal` is aborted. */
  async until(mediaMs: number): Promise<boolean> {
    const nowMs = performance.now()
    const stepMs = mediaMs - this.#lastMs
    this.#lastMs = mediaMs
    if (this.#startMs === undefined || stepMs > mostStepMs || stepMs < -mostBackMs) this.#startMs = nowMs - mediaMs
    const waitMs = this.#startMs + mediaMs - nowMs
    if (waitMs < -this.#mostBehindMs) this.#startMs -= waitMs
    try {
      if (waitMs > 0) await pause(waitMs, undefined, { signal: this.#signal })
      return !this.#signal.aborted
    } catch {
      return false
    }
  }
}
