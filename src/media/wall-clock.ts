import type { AccessUnit } from './sources/source.ts'

/** A sender whose clock is further from ours than this has a wrong one: cameras without a time server say the year 2000. */
const mostApartMs = 600_000
/** Time is held until it has caught up with so much; a larger step back is a clock that was put right. */
const mostHeldMs = 10_000
/** Weight of each picture in how far the sender's clock is ahead: single ones come late. */
const share = 0.05

/** One moment by both clocks of this machine. */
export interface Moment {
  readonly wallMs: number
  /** `performance.now()`. */
  readonly steadyMs: number
}

type Taken = Pick<AccessUnit, 'arrivedMs' | 'wallMs'>

/**
 * Wall time of one stream's epochs, over all its connections. Each has one origin from its first picture on, which is never
 * moved: what was told keeps its order. It is the sender's time where its reports say it; where those come later, the next epoch
 * goes by them.
 */
export class WallClock {
  /** How far the sender's clock is ahead of the arrival of its pictures, as far as it is known. */
  #aheadMs: number | undefined
  #epoch: { readonly baseMs: number; readonly began: Moment } | undefined
  #lastMs = Number.NEGATIVE_INFINITY

  /** Time of the latest picture of all, in epoch milliseconds. */
  get lastMs(): number {
    return this.#lastMs
  }

  /** An epoch begins with this picture: gives the wall time of its media time 0, in whole milliseconds. */
  begin(unit: Taken, ptsMs: number, now: Moment): number {
    const arrivedMs = arrival(unit, now)
    const saidMs = this.#believed(unit, arrivedMs) ? unit.wallMs : undefined
    const takenMs = Math.round(saidMs ?? arrivedMs + (this.#aheadMs ?? 0))
    const backMs = this.#lastMs - takenMs
    const isHeld = backMs >= 0 && backMs <= mostHeldMs
    const baseMs = (isHeld ? Math.floor(this.#lastMs) + 1 : takenMs) - ptsMs
    this.#epoch = { baseMs, began: now }
    this.#lastMs = baseMs + ptsMs
    return baseMs
  }

  /** Another picture of the epoch. */
  heard(unit: Taken, ptsMs: number): void {
    if (!this.#epoch) return
    const { baseMs, began } = this.#epoch
    this.#lastMs = Math.max(this.#lastMs, baseMs + ptsMs)
    // By the clock as it was then: one that is set meanwhile is no news of the sender.
    const arrivedMs = arrival(unit, began)
    if (!this.#believed(unit, arrivedMs)) return
    const aheadMs = unit.wallMs - arrivedMs
    this.#aheadMs = this.#aheadMs === undefined ? aheadMs : this.#aheadMs + (aheadMs - this.#aheadMs) * share
  }

  #believed(unit: Taken, arrivedMs: number): unit is Taken & { readonly wallMs: number } {
    return unit.wallMs !== undefined && Math.abs(unit.wallMs - arrivedMs) <= mostApartMs
  }
}

/** Wall time at which it came. */
function arrival({ arrivedMs }: Taken, { wallMs, steadyMs }: Moment): number {
  return wallMs - (steadyMs - arrivedMs)
}
