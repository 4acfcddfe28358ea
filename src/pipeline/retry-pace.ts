import { type BackOff, backOffMs } from '../core/back-off.ts'
import type { SightlineError } from '../core/errors.ts'

export interface PaceOptions {
  /** Default 1 s to 30 s. */
  readonly backOff?: BackOff | undefined
  /** An attempt that lasted so long makes up for the failures before it. Default 60 s. */
  readonly healthyMs?: number | undefined
  readonly random?: () => number
}

export interface Attempted {
  /** In `performance.now()`. */
  readonly endedMs: number
  readonly lastedMs: number
  /** How long it gave pictures; undefined where it gave none. */
  readonly wellMs: number | undefined
}

const usualBackOff: BackOff = { firstMs: 1000, longestMs: 30_000 }
const usualHealthyMs = 60_000
/** A source that gave pictures for so long is tried again as after a first failure, once, however many there were before. */
const promptMs = 5000
/** A server that says that there is nothing yet: asking it costs next to nothing, and whoever publishes late is seen soon. */
const longestAbsentMs = 5000
/**
 * Cameras lock an account, or whoever asks, after 5 to 7 refused logins within minutes. So there are at most four in ten
 * minutes. Raise it to be gentler; a password that was changed in the camera is noticed that much later.
 */
const loginBackOff: BackOff = { firstMs: 120_000, longestMs: 900_000 }
/** One that has just started may refuse everybody before it knows its users: once it is tried again soon. */
const secondLoginMs = 2000

/** How long to wait between the attempts at one source, by what it said. */
export class RetryPace {
  readonly #options: PaceOptions
  /** In a row, without a time of health between. */
  failures = 0
  /** In `performance.now()`: until then who comes anew does not try either, as the camera counts all refused logins. */
  refusedUntilMs = 0
  /** Logins refused since there was a picture. */
  #refused = 0

  constructor(options: PaceOptions = {}) {
    this.#options = options
  }

  /** Milliseconds until the next attempt. */
  after({ code }: SightlineError, { endedMs, lastedMs, wellMs }: Attempted): number {
    const { backOff = usualBackOff, healthyMs = usualHealthyMs, random = Math.random } = this.#options
    if (lastedMs >= healthyMs) this.failures = 0
    this.failures++
    if (wellMs !== undefined) this.#refused = 0
    if (code === 'SL_INPUT_UNAUTHORISED') {
      const waitMs = this.#afterRefusal(random)
      this.refusedUntilMs = endedMs + waitMs
      return waitMs
    }
    const isPrompt = wellMs !== undefined && wellMs >= promptMs
    const { firstMs, longestMs } = backOff
    const most = code === 'SL_INPUT_NOT_FOUND' ? Math.min(longestMs, longestAbsentMs) : longestMs
    return backOffMs(isPrompt ? 1 : this.failures, { firstMs, longestMs: most }, random)
  }

  /** Never much less than the bound: what counts is how many there are in some minutes. */
  #afterRefusal(random: () => number): number {
    const { firstMs, longestMs } = loginBackOff
    const mostMs = ++this.#refused === 1 ? secondLoginMs : Math.min(longestMs, firstMs * 2 ** (this.#refused - 2))
    return Math.round(mostMs * (1 - random() / 4))
  }
}
