import { Lateness } from './lateness.ts'
import { SourceRate } from './source-rate.ts'

/** Source and arrival may differ by so much from one unit to the next: bursts after a stall, the pictures a server kept. */
const mostApartMs = 10_000
/** A step back beyond this is no disorder: the source began anew. */
const joinMs = 1000
/** So far the source's clock may be from ours, by arrival, which trembles. */
const toleratedMs = 100
/** Share of the time by which it is brought back: nobody walks visibly faster by that, and no quartz is that far off. */
const share = 0.001
/** Beyond this, whose rate was wrong is brought back sooner. */
const farMs = 5000
const farShare = 0.05

interface Heard {
  readonly sourceMs: number
  readonly arrivedMs: number
  readonly mediaMs: number
}

/**
 * Gives a live source's pictures times that start at 0. They follow the source's clock, which is steady; where that jumps
 * away from the time that really went by, because the source began anew, they go on by arrival. Over hours no clock is right: a
 * connection of weeks would be minutes off, and is brought back to ours in steps that nobody sees.
 */
export class LiveClock {
  readonly #rate = new SourceRate()
  readonly #lateness = new Lateness()
  #last: Heard | undefined
  /** Where the source's time is media time, and goes on by its rate. */
  #anchor = { sourceMs: 0, mediaMs: 0, rate: 1 }
  #lastPtsMs = -1

  /** Media time of the next unit in the order of arrival, in milliseconds with fractions. */
  arrival(sourceMs: number, arrivedMs: number): number {
    const last = this.#last
    const mediaMs = last ? this.#next(last, sourceMs, arrivedMs) : this.#goOn(sourceMs, 0)
    this.#last = { sourceMs, arrivedMs, mediaMs }
    this.#rate.heard(sourceMs, arrivedMs)
    this.#lateness.heard(arrivedMs - mediaMs, arrivedMs)
    if (this.#rate.now !== this.#anchor.rate) this.#goOn(sourceMs, mediaMs)
    return mediaMs
  }

  /** Time of the next picture in the order of showing: whole milliseconds that always grow. */
  showing(mediaMs: number): number {
    this.#lastPtsMs = Math.max(Math.round(mediaMs), this.#lastPtsMs + 1)
    return this.#lastPtsMs
  }

  #next(last: Heard, sourceMs: number, arrivedMs: number): number {
    const stepMs = sourceMs - last.sourceMs
    const passedMs = Math.max(0, arrivedMs - last.arrivedMs)
    if (stepMs < -joinMs || Math.abs(stepMs - passedMs) > mostApartMs) {
      this.#rate.restart()
      return this.#goOn(sourceMs, last.mediaMs + Math.max(1, passedMs))
    }
    this.#bringBack(Math.min(passedMs, stepMs))
    const { sourceMs: fromMs, mediaMs, rate } = this.#anchor
    return mediaMs + (sourceMs - fromMs) * rate
  }

  /** By as much as may be within the time that went by. */
  #bringBack(passedMs: number): void {
    const offMs = this.#lateness.ms
    if (passedMs <= 0 || Math.abs(offMs) <= toleratedMs) return
    const mostMs = passedMs * (Math.abs(offMs) > farMs ? farShare : share)
    const byMs = Math.min(Math.max(offMs, -mostMs), mostMs)
    this.#anchor = { ...this.#anchor, mediaMs: this.#anchor.mediaMs + byMs }
    this.#lateness.shifted(byMs)
  }

  #goOn(sourceMs: number, mediaMs: number): number {
    this.#anchor = { sourceMs, mediaMs, rate: this.#rate.now }
    return mediaMs
  }
}
