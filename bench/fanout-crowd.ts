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
  | { readonly type: 'count' }
  | { readonly type: 'close' }

/** Many clients in a process of their own, so that what they cost is not counted. */
export class Crowd implements AsyncDisposable {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('fanout-clients.ts', import.meta.url)))

  open(port: number, path: string, count: number, subscriptions: readonly string[] = []): Promise<unknown> {
    return this.#ask({ type: 'open', port, path, count, subscriptions })
  }

  /** The last so many read nothing from now on. */
  stall(count: number): Promise<unknown> {
    return this.#ask({ type: 'stall', count })
  }

  /** Resolves once it has so many bytes, all in all. */
  async has(bytes: number): Promise<void> {
    for (let counted = -1; counted < bytes; ) ({ bytes: counted } = (await this.#ask({ type: 'count' })) as Counted)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ask({ type: 'close' })
    this.#child.disconnect()
    await once(this.#child, 'exit')
  }

  async #ask(message: ToCrowd): Promise<unknown> {
    const answer = once(this.#child, 'message')
    this.#child.send(message)
    return (await answer)[0]
  }
}

interface Counted {
  readonly bytes: number
}

/**
 * Processor time of this process for each of so many rounds of `send`, in seconds; between them the clients take what they
 * got. The first fifth warms up.
 */
export async function secondsEach(rounds: number, send: () => void, taken: () => Promise<void>): Promise<number> {
  let seconds = 0
  const warmups = Math.ceil(rounds / 5)
  for (let round = -warmups; round < rounds; round++) {
    const before = process.cpuUsage()
    send()
    const { user, system } = process.cpuUsage(before)
    if (round >= 0) seconds += (user + system) / 1e6
    await taken()
  }
  return seconds / rounds
}
