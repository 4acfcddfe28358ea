import { type GuardedRule, judge } from '../access/access-rule.ts'
import type { Principal } from '../access/principal.ts'
import type { Caller, Callers } from './callers.ts'

/** Somebody who stays: a connection, a session, an answer that goes on. */
export interface Stay {
  readonly caller: Caller
  readonly rule: GuardedRule
  /** The one that the rule is about, where it is about one. */
  readonly stream: string | undefined
  /** Called at most once, when they may no longer be here. */
  readonly end: () => void
  /** Told what they may now, whenever that was looked up and they may stay. */
  readonly changed?: (principal: Principal) => void
  /** False once they left by themselves, for those who do not say when they do. */
  readonly isHere?: () => boolean
}

/** Where somebody stands in the list; -1 once they have left. */
interface Place {
  readonly stay: Stay
  at: number
}

/** How often everybody who stays is judged again: what another process changed holds within twice of this. */
const judgeMs = 2000

/** Everybody who is here for longer than a moment. They are ended once they may not be here any more. */
export class Presence implements Disposable {
  /**
   * In no order. No Set: where things come and go all the time it makes itself a new table every few times, and each old one
   * leads to the next, so that one that outlived a collection keeps all requests since from being collected young.
   */
  readonly #places: Place[] = []
  readonly #timer: NodeJS.Timeout
  #judging: Promise<void> | undefined
  #isOutdated = false

  constructor(callers: Pick<Callers, 'onChange'>) {
    this.#timer = setInterval(() => void this.judge(), judgeMs)
    this.#timer.unref()
    callers.onChange(() => void this.judge())
  }

  /** Gives what is to be called when they leave by themselves. */
  add(stay: Stay): () => void {
    const place = { stay, at: this.#places.length }
    this.#places.push(place)
    return () => this.#leave(place)
  }

  get size(): number {
    return this.#places.length
  }

  /** Judges everybody again. One who is asked for while it is under way comes after it. */
  judge(): Promise<void> {
    this.#isOutdated = true
    this.#judging ??= this.#judgeAll().finally(() => {
      this.#judging = undefined
    })
    return this.#judging
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  async #judgeAll(): Promise<void> {
    while (this.#isOutdated) {
      this.#isOutdated = false
      // One that does not end as it should keeps nobody else here.
      await Promise.allSettled([...this.#places].map(place => this.#judgeOne(place)))
    }
  }

  /** A store that does not answer ends nobody: nothing is known of a change. */
  async #judgeOne(place: Place): Promise<void> {
    const { stay } = place
    const now = await stay.caller.again().catch(() => 'unknown' as const)
    if (stay.isHere?.() === false) this.#leave(place)
    if (now === 'unknown' || place.at < 0) return
    if (judge(stay.rule, now, stay.stream) === 'pass' && now) return stay.changed?.(now)
    this.#leave(place)
    stay.end()
  }

  #leave(place: Place): void {
    if (place.at < 0) return
    const last = this.#places.pop()!
    if (last !== place) {
      last.at = place.at
      this.#places[place.at] = last
    }
    place.at = -1
  }
}
