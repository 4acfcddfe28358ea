import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import { childFlags } from '../../core/loaders.ts'
import type { FromBench, ToBench } from './bench-messages.ts'

const entry = new URL(`./bench-worker${extname(import.meta.url)}`, import.meta.url)

type Opening = Omit<Extract<ToBench, { type: 'open' }>, 'type'>
export type OpenedBench = Omit<Extract<FromBench, { type: 'opened' }>, 'type'>
export type BenchRound = Omit<Extract<FromBench, { type: 'round' }>, 'type'>

/** A model in a process of its own, which takes no time while nobody asks. */
export class BenchProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #name: string
  #opened: OpenedBench | undefined

  private constructor(name: string) {
    this.#name = name
    this.#child = fork(fileURLToPath(entry), [], {
      execArgv: childFlags(),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc']
    })
  }

  /** @throws SightlineError as the model's opening says */
  static async open(opening: Opening): Promise<BenchProcess> {
    const bench = new BenchProcess(opening.model.name)
    try {
      bench.#opened = (await bench.#ask({ type: 'open', ...opening })) as OpenedBench
      return bench
    } catch (error) {
      await bench[Symbol.asyncDispose]()
      throw error
    }
  }

  get opened(): OpenedBench {
    return this.#opened!
  }

  /** Runs the model for about so long with one frame at a time, and as long with all its threads. @throws SL_MODEL_RUN_FAILED */
  async round(milliseconds: number): Promise<BenchRound> {
    return (await this.#ask({ type: 'round', milliseconds })) as BenchRound
  }

  async #ask(message: ToBench): Promise<FromBench> {
    const over = new AbortController()
    const answered = once(this.#child, 'message', { signal: over.signal }).then(([answer]) => answer as FromBench)
    const died = once(this.#child, 'exit', { signal: over.signal }).then(([code, signal]): FromBench => {
      const reason = `its process ended (${signal ?? code})`
      return { type: 'failed', code: 'SL_MODEL_RUN_FAILED', message: `${this.#name} could not be run: ${reason}.` }
    })
    const both = [answered, died]
    for (const each of both) each.catch(() => {}) // The one that came second was called off.
    this.#child.send(message, () => {}) // A child that is gone says so by its exit.
    const answer = await Promise.race(both)
    over.abort()
    if (answer.type === 'failed') throw new SightlineError(answer.code as ErrorCode, answer.message)
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }
}
