/**
 * Does `work` at once, and what is asked for within `everyMs` of that once, at the end of them. Raise `everyMs` to do it less often
 * for those who ask many times a second.
 */
export class InBursts implements Disposable {
  readonly #work: () => void
  readonly #everyMs: number
  #timer: NodeJS.Timeout | undefined
  #isDue = false

  constructor(work: () => void, everyMs: number) {
    this.#work = work
    this.#everyMs = everyMs
  }

  ask(): void {
    this.#isDue = true
    if (!this.#timer) this.#do()
  }

  #do(): void {
    this.#timer = undefined
    if (!this.#isDue) return
    this.#isDue = false
    this.#timer = setTimeout(() => this.#do(), this.#everyMs)
    this.#work()
  }

  /** What is due is done now. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#isDue) this.#work()
    this.#isDue = false
  }
}
