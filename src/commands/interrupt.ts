/**
 * Turns the first Ctrl-C (and SIGTERM) into an abort of `signal`, so that the work can end in order. While it lives,
 * a second one ends the process at once, as without it.
 */
export class Interrupt implements Disposable {
  readonly #controller = new AbortController()
  readonly #abort = () => {
    this[Symbol.dispose]()
    this.#controller.abort()
  }

  constructor() {
    process.once('SIGINT', this.#abort)
    process.once('SIGTERM', this.#abort)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose](): void {
    process.removeListener('SIGINT', this.#abort)
    process.removeListener('SIGTERM', this.#abort)
  }
}
