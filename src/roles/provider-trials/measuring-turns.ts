/** Measurements, one at a time: what runs beside takes from what is measured. What nobody waits for makes way for the others. */
export class MeasuringTurns {
  #last: Promise<unknown> = Promise.resolve()
  #lastBehind: Promise<unknown> = Promise.resolve()
  /** What nobody waits for and goes on now. */
  #behind: { readonly wayMade: AbortController; readonly over: Promise<unknown> } | undefined

  /** After those that came before; begins when what goes on behind them has been given up. */
  next<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#makeWay()).then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /**
   * When nobody waits for any other; nobody waits for this.
   * @param work begun again, when nobody waits any more, after it rejected because of its signal
   */
  behind<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const turn = this.#lastBehind.then(() => this.#whenIdle(work))
    this.#lastBehind = turn.catch(() => undefined)
    return turn
  }

  async #whenIdle<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;;) {
      await this.#idle()
      const wayMade = new AbortController()
      const result = work(wayMade.signal)
      this.#behind = { wayMade, over: result.catch(() => undefined) }
      try {
        return await result
      } catch (error) {
        if (!wayMade.signal.aborted) throw error
      } finally {
        this.#behind = undefined
      }
    }
  }

  async #makeWay(): Promise<void> {
    this.#behind?.wayMade.abort()
    await this.#behind?.over
  }

  async #idle(): Promise<void> {
    let last: Promise<unknown>
    do {
      last = this.#last
      await last
    } while (last !== this.#last)
  }
}
