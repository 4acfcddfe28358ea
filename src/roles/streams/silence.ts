/** Tells when nothing was heard for too long. */
export class Silence implements Disposable {
  readonly #timer: NodeJS.Timeout
  #heardMs = performance.now()

  constructor(limitMs: number, tell: () => void) {
    // Looked at rather than set anew with each frame: a hundred streams have thousands a second.
    this.#timer = setInterval(() => {
      if (performance.now() - this.#heardMs < limitMs) return
      clearInterval(this.#timer)
      tell()
    }, limitMs / 10)
  }

  heard(): void {
    this.#heardMs = performance.now()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
