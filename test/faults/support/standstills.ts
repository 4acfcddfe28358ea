import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { NodeChild } from './child-process.ts'
import { until } from './until.ts'

const program = join(import.meta.dirname, 'control-server.ts')
const everyMs = 10
/** A shorter wait is not counted: what is watched has to bear that. */
const leastMs = 100

/**
 * When this process, the machine, or its way of answering requests stood still: a bare server in another process is asked again and
 * again. Whoever measures how long something else took takes that off.
 */
export class Standstills implements AsyncDisposable {
  readonly #control: NodeChild
  readonly #found: { readonly fromMs: number; readonly toMs: number }[] = []
  #port = ''
  #isOver = false
  #asking: Promise<void> = Promise.resolve()
  /** Resolves when the question that is under way is answered. */
  #answer = Promise.withResolvers<void>()

  private constructor() {
    this.#control = new NodeChild([program], { onLine: line => (this.#port = line) })
  }

  static async open(): Promise<Standstills> {
    const opened = new Standstills()
    await until('the control listens', () => opened.#port !== '', { why: () => opened.#control.said })
    opened.#asking = opened.#ask()
    opened.#asking.catch(() => undefined) // Told to whoever measures.
    return opened
  }

  /** What the work took, in milliseconds, without the time in which all stood still. */
  async without(work: () => Promise<unknown>): Promise<number> {
    const fromMs = performance.now()
    await work()
    const toMs = performance.now()
    // One that goes on now began before the end.
    await Promise.race([this.#answer.promise, this.#asking])
    const lost = this.#found.map(still => Math.min(still.toMs, toMs) - Math.max(still.fromMs, fromMs))
    return toMs - fromMs - lost.reduce((sum, each) => sum + Math.max(0, each), 0)
  }

  async #ask(): Promise<void> {
    while (!this.#isOver) {
      const fromMs = performance.now()
      await (await fetch(`http://127.0.0.1:${this.#port}`, { signal: AbortSignal.timeout(60_000) })).text()
      await pause(everyMs)
      const toMs = performance.now()
      if (toMs - fromMs > leastMs) this.#found.push({ fromMs, toMs })
      this.#answer.resolve()
      this.#answer = Promise.withResolvers()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    await this.#asking.catch(() => undefined)
    await this.#control[Symbol.asyncDispose]()
  }
}
