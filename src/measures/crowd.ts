import type { CrowdDefinition } from '../contract/measure-definition.ts'
import { SightlineError } from '../core/errors.ts'

export const crowdDefaults = {
  /** How long it has to be so before it is said. Raise it against people who merely pass one another. */
  holdMs: 1000
} as const

/** How long there was a crowd, and how many it was at most. */
export interface Dispersed {
  readonly durationMs: number
  readonly peak: number
}

/** Says when many became a crowd, and when it is none any more; between the two sizes nothing changes. */
export class Crowd {
  readonly #size: number
  readonly #until: number
  readonly #holdMs: number
  #isCrowd = false
  /** Clock since when the other state has held; NaN while it does not. */
  #otherSinceMs = Number.NaN
  #formedMs = 0
  #peak = 0

  /** @throws SL_OPTION_INVALID when a crowd would end before it began; `owner` names the zone */
  constructor(owner: string, { size, until = size - 1, holdMs = crowdDefaults.holdMs }: CrowdDefinition) {
    if (!(until < size)) {
      const message = `A crowd of ${owner} is ${size} and ends at ${until}: give an until below the size.`
      throw new SightlineError('SL_OPTION_INVALID', message)
    }
    this.#size = size
    this.#until = until
    this.#holdMs = holdMs
  }

  update(occupancy: number, clockMs: number): 'formed' | Dispersed | undefined {
    if (this.#isCrowd) this.#peak = Math.max(this.#peak, occupancy)
    const isOther = this.#isCrowd ? occupancy <= this.#until : occupancy >= this.#size
    if (!isOther) {
      this.#otherSinceMs = Number.NaN
      return undefined
    }
    if (Number.isNaN(this.#otherSinceMs)) this.#otherSinceMs = clockMs
    if (clockMs - this.#otherSinceMs < this.#holdMs) return undefined
    this.#otherSinceMs = Number.NaN
    this.#isCrowd = !this.#isCrowd
    if (!this.#isCrowd) return this.#dispersed(clockMs)
    this.#formedMs = clockMs
    this.#peak = occupancy
    return 'formed'
  }

  /** Nobody is counted any more: a crowd has dispersed, at once. */
  end(clockMs: number): Dispersed | undefined {
    this.#otherSinceMs = Number.NaN
    if (!this.#isCrowd) return undefined
    this.#isCrowd = false
    return this.#dispersed(clockMs)
  }

  #dispersed(clockMs: number): Dispersed {
    return { durationMs: clockMs - this.#formedMs, peak: this.#peak }
  }
}
