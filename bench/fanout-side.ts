import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Program } from './program.ts'

interface Request {
  readonly events: number
}

/** A program with its clients, kept while the others have theirs, so that events of all can be sent in turn. */
export class FanoutSide implements AsyncDisposable {
  readonly #name: string
  readonly #child: ChildProcess
  readonly #ended: Promise<never>
  /** What it said when it was ready. */
  readonly ready: Promise<unknown>

  constructor({ name, command, args }: Program) {
    this.#name = name
    this.#child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#ended = once(this.#child, 'exit').then(([status]) => {
      throw new Error(`${this.#name} ended with status ${status}.`)
    })
    this.#ended.catch(() => undefined)
    this.ready = this.#answer()
  }

  /** Processor time of one event to everybody, in seconds: the mean of so many. */
  async secondsEach(events: number): Promise<number> {
    this.#child.send({ events } satisfies Request)
    return (await this.#answer()) as number
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.#ended.catch(() => undefined)
  }

  async #answer(): Promise<unknown> {
    return (await Promise.race([once(this.#child, 'message'), this.#ended]))[0]
  }
}

/**
 * The program's own part: answers how much processor time of this process an event took, until nobody asks any more. What it
 * counts ends with what the writes themselves leave to be done; then all clients take what they got.
 */
export async function answerSide(ready: unknown, send: () => void, taken: () => Promise<void>): Promise<void> {
  process.on('message', async ({ events }: Request) => {
    let seconds = 0
    for (let event = 0; event < events; event++) {
      const before = process.cpuUsage()
      send()
      await new Promise<void>(process.nextTick)
      const { user, system } = process.cpuUsage(before)
      seconds += (user + system) / 1e6
      await taken()
    }
    process.send!(seconds / events)
  })
  process.send!(ready)
  await once(process, 'disconnect')
}
