/**
 * A terminal sends Ctrl-C to the whole process group, and npm and our launcher each pass theirs on: what comes
 * within this time is the same key stroke.
 */
const sameStrokeMs = 250

/** What asks a program to end, with the exit status of one that did so at once: 128 + the signal's number. */
const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * Turns the first Ctrl-C (or SIGTERM, or the SIGHUP of a terminal that is closed) into an abort of `signal`, so that
 * the work can end in order. A second one ends the process at once, as without it.
 */
export class Interrupt implements Disposable {
  readonly #controller = new AbortController()
  readonly #endAtOnce: (status: number) => void
  #firstMs: number | undefined

  /** @param endAtOnce what a second one does, given the exit status */
  constructor(endAtOnce: (status: number) => void = process.exit) {
    this.#endAtOnce = endAtOnce
    for (const signal of Object.keys(statuses)) process.on(signal, this.#hear)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  readonly #hear = (signal: keyof typeof statuses): void => {
    const nowMs = performance.now()
    if (this.#firstMs === undefined) {
      this.#firstMs = nowMs
      this.#controller.abort()
    } else if (nowMs - this.#firstMs > sameStrokeMs) {
      this.#endAtOnce(statuses[signal])
    }
  };

  [Symbol.dispose](): void {
    for (const signal of Object.keys(statuses)) process.removeListener(signal, this.#hear)
  }
}
