/** Pictures that were left out, and the names of the first of them. */
export interface LeftOut {
  readonly frames: number
  readonly ids: readonly string[]
}

const mostIds = 64

/**
 * Hands on at most so many pictures a second, always the newest: what arrives while one waits takes its place, and what
 * arrives in one burst is one picture.
 */
export class NewestFrame<Frame extends { readonly id: string | undefined }> implements Disposable {
  readonly #periodMs: number
  readonly #take: (frame: Frame) => void
  readonly #now: () => number
  #waiting: Frame | undefined
  #dueMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #leftOut = 0
  #ids: string[] = []

  constructor({ maxFps, now, take }: { maxFps: number; now: () => number; take: (frame: Frame) => void }) {
    this.#periodMs = 1000 / maxFps
    this.#take = take
    this.#now = now
  }

  offer(frame: Frame): void {
    if (this.#waiting) {
      this.#leftOut++
      if (this.#waiting.id !== undefined && this.#ids.length < mostIds) this.#ids.push(this.#waiting.id)
    }
    this.#waiting = frame
    this.#timer ??= setTimeout(() => this.#pass(), Math.max(0, this.#dueMs - this.#now()))
  }

  /** Since it was asked last. */
  leftOut(): LeftOut {
    const leftOut = { frames: this.#leftOut, ids: this.#ids }
    this.#leftOut = 0
    this.#ids = []
    return leftOut
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#waiting = undefined
  }

  #pass(): void {
    this.#timer = undefined
    const frame = this.#waiting
    this.#waiting = undefined
    // A little early is on time: timers have whole milliseconds.
    this.#dueMs = this.#now() + this.#periodMs - 1
    if (frame) this.#take(frame)
  }
}
