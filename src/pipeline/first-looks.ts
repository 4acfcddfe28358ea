import { type Claim, type Claimant, Turns } from './turns.ts'

/** A stream is not waited for any longer: its detector may be one that never comes to it. */
const mostMs = 3000

interface Awaited {
  /** Nothing has been said of any of its pictures, and something may yet be. */
  readonly isNew: boolean
}

/**
 * So many at once may decode while pictures wait that are the first of their streams; at any other time nobody waits. Threads share a
 * core evenly: with all that a hundred streams would have decoded at once, those that run models get a ninth of the machine, and what is
 * scaled for them waits behind what is decoded.
 */
export class FirstLooks {
  readonly #turns: Turns
  readonly #now: () => number
  /** Since when, the one that has waited longest first. */
  readonly #awaited = new Map<Awaited, number>()
  readonly #begun = new WeakMap<Awaited, number>()

  /** `now`: a clock that never goes back, in milliseconds. */
  constructor(atOnce: number, now = () => performance.now()) {
    this.#turns = new Turns(atOnce)
    this.#now = now
  }

  join(claim: Claim): Claimant {
    return this.#turns.join(claim)
  }

  /** Its first picture waits for the detector from now on. */
  begin(stream: Awaited): void {
    this.#awaited.set(stream, this.#now())
    this.#begun.set(stream, this.#now())
  }

  /**
   * What comes behind the stream's first picture has time: that one, or the first of another that began when it did, was not looked at
   * yet. Streams that have been there for longer never wait for new ones.
   */
  hasTime(stream: Awaited): boolean {
    const sinceMs = this.#begun.get(stream) ?? Number.NEGATIVE_INFINITY
    return stream.isNew || (this.#now() - sinceMs < mostMs && this.areAwaited)
  }

  get areAwaited(): boolean {
    for (const [stream, sinceMs] of this.#awaited) {
      if (stream.isNew && this.#now() - sinceMs < mostMs) return true
      this.#awaited.delete(stream)
    }
    return false
  }
}
