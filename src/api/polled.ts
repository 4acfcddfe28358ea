/**
 * What has to be asked for and is shown at once: each look shows what the one before has brought, and asks anew. Undefined
 * until the first answer; what does not answer any more shows nothing.
 */
export class Polled<Value> {
  readonly #ask: () => Promise<Value>
  #value: Value | undefined
  #isAsking = false

  constructor(ask: () => Promise<Value>) {
    this.#ask = ask
  }

  look(): Value | undefined {
    if (!this.#isAsking) void this.#refresh()
    return this.#value
  }

  async #refresh(): Promise<void> {
    this.#isAsking = true
    try {
      this.#value = await this.#ask()
    } catch {
      this.#value = undefined
    } finally {
      this.#isAsking = false
    }
  }
}
