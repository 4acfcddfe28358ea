/** Hands things from one who makes them to one who takes them, who gets the newest and misses what it is too slow for. */
export class NewestSlot<T> {
  #newest: { readonly value: T } | undefined
  #ended: { readonly error?: unknown } | undefined
  #wake: (() => void) | undefined

  put(value: T): void {
    this.#newest = { value }
    this.#wake?.()
  }

  /** What is there is still taken. */
  end(error?: unknown): void {
    this.#ended ??= { error }
    this.#wake?.()
  }

  /** Can be taken once. Ends with `end`, or throws its error. */
  async *values(): AsyncGenerator<T> {
    for (;;) {
      const newest = this.#newest
      this.#newest = undefined
      if (newest) {
        yield newest.value
        continue
      }
      if (this.#ended?.error) throw this.#ended.error
      if (this.#ended) return
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
  }
}
