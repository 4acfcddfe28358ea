import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export type ToCrowd =
  | {
      readonly type: 'open'
      readonly port: number
      readonly path: string
      readonly count: number
      readonly subscriptions: readonly string[]
    }
  | { readonly type: 'stall'; readonly count: number }
  | { readonly type: 'take'; readonly bytes: number }
  | { readonly type: 'close' }

/** Many clients in a process of their own, so that what they cost is not counted. */
export class Crowd implements AsyncDisposable {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('fanout-clients.ts', import.meta.url)))

  open(port: number, path: string, count: number, subscriptions: readonly string[] = []): Promise<void> {
    return this.#ask({ type: 'open', port, path, count, subscriptions })
  }

  /** The last so many read nothing from now on. */
  stall(count: number): Promise<void> {
    return this.#ask({ type: 'stall', count })
  }

  /** Resolves once so many bytes have come since the last time, all in all. */
  takes(bytes: number): Promise<void> {
    return this.#ask({ type: 'take', bytes })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ask({ type: 'close' })
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }

  async #ask(message: ToCrowd): Promise<void> {
    const answer = once(this.#child, 'message')
    this.#child.send(message)
    await answer
  }
}
