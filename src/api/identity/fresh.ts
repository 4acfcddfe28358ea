/** What was looked up a moment ago, by key; asked for at the same time, it is looked up once. Failures are not kept. */
export class Fresh<Value> {
  readonly #lookUp: (key: string) => Promise<Value>
  readonly #keptMs: number
  readonly #now: () => number
  #known = new Map<string, { readonly atMs: number; readonly value: Promise<Value> }>()

  constructor(lookUp: (key: string) => Promise<Value>, keptMs: number, now: () => number = () => performance.now()) {
    this.#lookUp = lookUp
    this.#keptMs = keptMs
    this.#now = now
  }

  get(key: string): Promise<Value> {
    const known = this.#known.get(key)
    if (known && this.#now() - known.atMs < this.#keptMs) return known.value
    const entry = { atMs: this.#now(), value: this.#lookUp(key) }
    entry.value.catch(() => {
      if (this.#known.get(key) === entry) this.#known.delete(key)
    })
    if (this.#known.size >= mostKnown) this.#known.clear()
    this.#known.set(key, entry)
    return entry.value
  }

  /** What is being looked up now reaches those who asked, and nobody else. */
  forget(): void {
    this.#known = new Map()
  }
}

const mostKnown = 10_000
