import { SightlineError } from '../core/errors.ts'

/** What is begun one after the other and closed in reverse order: in time, or not at all. */
export class Ending {
  readonly #parts = new AsyncDisposableStack()
  readonly #limitMs: number
  readonly #late = Promise.withResolvers<never>()
  #timer: NodeJS.Timeout | undefined
  #waitsFor = 'what was being opened'

  /** @param limitMs how long closing may take from `begin` on, in milliseconds */
  constructor(limitMs: number) {
    this.#limitMs = limitMs
    this.#late.promise.catch(() => undefined)
  }

  /** `part` is closed in its turn. `name`: what to say that it was, where it does not come to an end. */
  use<Part extends AsyncDisposable>(name: string, part: Part): Part {
    this.#parts.defer(async () => {
      this.#waitsFor = name
      await part[Symbol.asyncDispose]()
    })
    return part
  }

  /** What goes on from now until it ends by itself, for the same. */
  nowRunning(name: string): void {
    this.#waitsFor = name
  }

  /** From now on there is only so much time. */
  begin(): void {
    this.#timer ??= setTimeout(() => this.#late.reject(stuck(this.#limitMs, this.#waitsFor)), this.#limitMs)
  }

  /**
   * Does `work`, then closes everything. Throws what they throw; and SL_ENDING_STUCK where they do not end in time:
   * then threads and connections are left behind, and the process has to be ended by force.
   */
  async after(work: () => Promise<void>): Promise<void> {
    try {
      await Promise.race([this.#inOrder(work), this.#late.promise])
    } finally {
      clearTimeout(this.#timer)
    }
  }

  async #inOrder(work: () => Promise<void>): Promise<void> {
    await using _closing = this.#parts
    try {
      await work()
    } finally {
      this.begin()
    }
  }
}

function stuck(limitMs: number, waitsFor: string): SightlineError {
  return new SightlineError(
    'SL_ENDING_STUCK',
    `Sightline gave up ${waitsFor}, which did not end within ${limitMs / 1000} s: what was accepted and not delivered is in the logs, and comes in at the next start.`
  )
}
