/** A question's most keys: as many rows as the store gives at once. */
const mostKeys = 1000

/**
 * Finds things by their keys, so that a list's items together ask once and not each for itself: what is wanted before the
 * next turn of the event loop is one question. What was found is not remembered: what is followed for days stays true.
 */
export class Batch<Value> {
  readonly #ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>
  #waiting = new Map<string, PromiseWithResolvers<Value | undefined>>()

  constructor(ask: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>) {
    this.#ask = ask
  }

  /** Undefined for what is not there. Rejects as the question does. */
  find(key: string): Promise<Value | undefined> {
    const wanted = this.#waiting.get(key)
    if (wanted) return wanted.promise
    const answer = Promise.withResolvers<Value | undefined>()
    if (this.#waiting.size === 0) setImmediate(() => void this.#run())
    this.#waiting.set(key, answer)
    return answer.promise
  }

  async #run(): Promise<void> {
    const waiting = [...this.#waiting]
    this.#waiting = new Map()
    for (let first = 0; first < waiting.length; first += mostKeys) {
      const part = waiting.slice(first, first + mostKeys)
      try {
        const found = await this.#ask(part.map(([key]) => key))
        for (const [key, answer] of part) answer.resolve(found.get(key))
      } catch (error) {
        for (const [, answer] of part) answer.reject(error)
      }
    }
  }
}
