/** What a steady clock remembers over a restart. */
export interface SteadyState {
  readonly steadyMs: number
  /** How long the machine's clock had run without a jump, while somebody watched. */
  readonly calmMs: number
}

export interface ClockReadings {
  /** The machine's clock, in epoch milliseconds: people and time servers set it. */
  wallMs(): number
  /** Milliseconds that only ever grow, at the pace of time. */
  monotonicMs(): number
}

/** Share of a difference's time that is made up for: 36 s an hour. */
const slewShare = 0.01
/** Two readings may drift apart by that much between two looks before it counts as a jump. */
const jumpMs = 5_000
/**
 * What is written now is dated by the machine's clock: where that is behind by no more than this, ages are counted
 * with it, or the youngest would seem old. Further behind it is nonsense.
 */
const behindMs = 86_400_000
/** A clock that ran that long without a jump is believed. */
const believedMs = 86_400_000

/**
 * The time that ages are counted with. It runs with the monotonic clock and follows the machine's clock slowly: set a
 * day forward by mistake, nothing is deleted early; set back, deleting goes on. A clock that then ran for a
 * day without another jump is believed, so that a wrong beginning does not last for ever.
 */
export class SteadyClock {
  readonly #readings: ClockReadings
  #steadyMs: number
  #calmMs: number
  #seen: { readonly wallMs: number; readonly monotonicMs: number }

  /** Goes on where `state` ended: a machine that was off deletes late, and not by what its clock says at start. */
  constructor(readings: ClockReadings = systemClocks, state?: SteadyState) {
    this.#readings = readings
    this.#seen = this.#look()
    this.#steadyMs = state?.steadyMs ?? this.#seen.wallMs
    this.#calmMs = state?.calmMs ?? 0
  }

  /** Epoch milliseconds, never ahead of a machine's clock that was set back by up to a day: deleting late is mended. */
  nowMs(): number {
    const now = this.#look()
    const elapsed = Math.max(0, now.monotonicMs - this.#seen.monotonicMs)
    const jumped = Math.abs(now.wallMs - this.#seen.wallMs - elapsed) > jumpMs
    this.#seen = now
    this.#steadyMs += elapsed
    this.#calmMs = jumped ? 0 : this.#calmMs + elapsed

    const behind = now.wallMs - this.#steadyMs
    if (this.#calmMs >= believedMs) {
      this.#steadyMs = now.wallMs
    } else {
      const step = Math.min(Math.abs(behind), elapsed * slewShare)
      this.#steadyMs += Math.sign(behind) * step
    }
    const isBehind = now.wallMs < this.#steadyMs && this.#steadyMs - now.wallMs <= behindMs
    return Math.round(isBehind ? now.wallMs : this.#steadyMs)
  }

  /** To be kept, and handed to the next one. */
  state(): SteadyState {
    return { steadyMs: Math.round(this.#steadyMs), calmMs: Math.round(this.#calmMs) }
  }

  #look() {
    return { wallMs: this.#readings.wallMs(), monotonicMs: this.#readings.monotonicMs() }
  }
}

const systemClocks: ClockReadings = { wallMs: () => Date.now(), monotonicMs: () => performance.now() }
