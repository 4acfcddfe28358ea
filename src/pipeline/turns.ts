/** What a stream is worth beside others. */
export interface Claim {
  /** A stream of twice the weight gets twice the turns where there are not enough for all. */
  readonly weight: number
  /** Higher ones go first, as long as they want any. */
  readonly priority: number
}

interface Waiting {
  readonly claimant: Claimant
  readonly grant: (turn: Disposable) => void
}

/**
 * Shares a detector among streams: so many turns at a time, each to the stream that had the least so far for its weight
 * (start-time fair queueing; Goyal, Vin and Cheng 1996). One that rested has saved nothing up: it begins where the others are.
 */
export class Turns {
  readonly #atOnce: () => number
  #taken = 0
  /** Of the turn that was granted last: what a stream that comes back begins with. */
  #now = 0
  readonly #waiting: Waiting[] = []
  readonly #between: (next: () => void) => void

  /**
   * `atOnce`: as many as the detector has slots for frames; asked at each turn where that may change. `between`: what is done before a turn that was given back is the
   * next one's; `setImmediate` where the work is done on the thread that reads packets, so that it reads some first.
   */
  constructor(atOnce: number | (() => number), between: (next: () => void) => void = next => next()) {
    this.#atOnce = typeof atOnce === 'number' ? () => atOnce : atOnce
    this.#between = between
  }

  /** A stream's place in the rounds. */
  join(claim: Claim): Claimant {
    return new Claimant(claim, this)
  }

  /** Whoever asks now has to wait. */
  get areTaken(): boolean {
    return this.#taken >= this.#atOnce() || this.#waiting.length > 0
  }

  /** See `Claimant.turn`. */
  ask(claimant: Claimant): Promise<Disposable> {
    claimant.used = Math.max(claimant.used, this.#now)
    return new Promise(grant => {
      this.#waiting.push({ claimant, grant })
      this.#grant()
    })
  }

  #grant(): void {
    while (this.#taken < this.#atOnce() && this.#waiting.length > 0) {
      let first = 0
      for (let at = 1; at < this.#waiting.length; at++)
        if (goesBefore(this.#waiting[at]!.claimant, this.#waiting[first]!.claimant)) first = at
      const [{ claimant, grant }] = this.#waiting.splice(first, 1) as [Waiting]
      this.#now = Math.max(this.#now, claimant.used)
      claimant.used += 1 / claimant.claim.weight
      this.#taken++
      grant({ [Symbol.dispose]: once(() => this.#giveBack()) })
    }
  }

  #giveBack(): void {
    this.#between(() => {
      this.#taken--
      this.#grant()
    })
  }
}

export class Claimant {
  readonly claim: Claim
  /** Turns it had, by its weight. */
  used = 0
  readonly #turns: Turns

  constructor(claim: Claim, turns: Turns) {
    this.claim = claim
    this.#turns = turns
  }

  /** Waits for the next turn; it lasts until it is disposed of. */
  turn(): Promise<Disposable> {
    return this.#turns.ask(this)
  }
}

/** Of equals, the one that has waited longer stays in front. */
function goesBefore(one: Claimant, other: Claimant): boolean {
  return one.claim.priority === other.claim.priority ? one.used < other.used : one.claim.priority > other.claim.priority
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (!done) work()
    done = true
  }
}
