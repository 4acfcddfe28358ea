/** Chance that comes the same way again from the same seed: a linear congruence, of which the upper bits are used. */
export class SeededChance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 up to, and without, `limit`. */
  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * limit)
  }

  /** One of them. */
  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!
  }
}
