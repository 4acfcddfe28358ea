/**
 * A terminal sends Ctrl-C to the whole process group, and npm and our launcher each pass theirs on: what comes
 * within this time is the same key stroke.
 */
const sameStrokeMs = 250

/**
 * Turns the first Ctrl-C (and SIGTERM) into an abort of `signal`, so that the work can end in order. A second one
 * ends the process at once, as without it.
 */
export class Interrupt implements Disposable {
  readonly #controller = new AbortController()
  #firstMs: number | undefined

  constructor() {
    process.on('SIGINT', this.#hear)
    process.on('SIGTERM', this.#hear)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  readonly #hear = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now()
    if (this.#firstMs === undefined) {
      this.#firstMs = nowMs
      this.#controller.abort()
    } else if (nowMs - this.#firstMs > sameStrokeMs) {
      process.exit(signal === 'SIGTERM' ? 143 : 130)
    }
  };

  [Symbol.dispose](): void {
    process.removeListener('SIGINT', this.#hear)
    process.removeListener('SIGTERM', this.#hear)
  }
}
