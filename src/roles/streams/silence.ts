import { SightlineError } from '../../core/errors.ts'

/** A source that gives nothing for so long counts as lost, in milliseconds. Raise it for cameras that rest between pictures. */
export const mostSilentMs = 10_000

/** @param what that gave nothing */
export function silent(what: string, silentMs = mostSilentMs): SightlineError {
  return new SightlineError('SL_INPUT_TIMEOUT', `${what} gave no picture for ${silentMs / 1000} s.`, {
    retryable: true
  })
}

/** Tells when nothing was heard for too long. */
export class Silence implements Disposable {
  readonly #timer: NodeJS.Timeout
  #heardMs = performance.now()
  #isPaused = false

  constructor(limitMs: number, tell: () => void) {
    // Looked at rather than set anew with each frame: a hundred streams have thousands a second.
    this.#timer = setInterval(() => {
      if (this.#isPaused || performance.now() - this.#heardMs < limitMs) return
      clearInterval(this.#timer)
      tell()
    }, limitMs / 10)
  }

  heard(): void {
    this.#heardMs = performance.now()
  }

  /** While this is done, it is not the source that is waited for. One such thing at a time. */
  async pausedFor(work: Promise<void>): Promise<void> {
    this.#isPaused = true
    await work.finally(() => {
      this.#isPaused = false
      this.heard()
    })
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
