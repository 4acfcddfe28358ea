import type { LiveClient } from './live-client.ts'

/** How soon. */
const retryMs = 50

/** One timer for all clients that wait for something. */
export class RetryTimer implements Disposable {
  readonly #waiting = new Set<LiveClient>()
  #timer: NodeJS.Timeout | undefined

  /** Has the client try again before long. */
  add(client: LiveClient): void {
    this.#waiting.add(client)
    this.#timer ??= setTimeout(() => this.#retry(), retryMs)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }

  #retry(): void {
    this.#timer = undefined
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const client of waiting) client.retry()
  }
}
