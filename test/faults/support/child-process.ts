import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { standsStill } from './process-figures.ts'
import { until } from './until.ts'

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Programs that run it, such as strace with its options. */
  readonly under?: readonly string[]
  /** Told each line of standard output. */
  readonly onLine?: (line: string) => void
}

const living = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

/** A program of ours, run by this same Node. Gone at the latest with the test that started it. */
export class NodeChild implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  /** The end of what it said on standard error. */
  said = ''

  constructor(args: readonly string[], { env, under = [], onLine }: ChildOptions = {}) {
    const [program, ...rest] = [...under, process.execPath, '--disable-warning=ExperimentalWarning', ...args]
    this.#child = spawn(program!, rest, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    living.add(this.#child)
    this.#child.stderr!.on('data', chunk => {
      this.said = (this.said + chunk).slice(-16_384)
    })
    this.#child.stdin!.on('error', () => {})
    const lines = createInterface(this.#child.stdout!)
    if (onLine) lines.on('line', onLine)
    this.#closed = Promise.all([once(lines, 'close'), once(this.#child, 'close')]).finally(() =>
      living.delete(this.#child)
    )
  }

  get pid(): number {
    return this.#child.pid!
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** What ended it, where it was a signal. */
  get signal(): NodeJS.Signals | null {
    return this.#child.signalCode
  }

  /** Resolves when it has ended by itself and all it said was heard; gives its exit status. */
  async ended(): Promise<number | null> {
    await this.#closed
    return this.#child.exitCode
  }

  /** SIGKILL; resolves when all it said before was heard. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#closed
  }

  /** Writes a line to its standard input. */
  tell(line: string): void {
    this.#child.stdin!.write(`${line}\n`)
  }

  /** Asks it to end in order; gives its exit status. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    return this.ended()
  }

  /** SIGSTOP; resolves when none of its threads runs any more, be it in the kernel. */
  async freeze(): Promise<void> {
    this.#child.kill('SIGSTOP')
    await until(`${this.pid} stands still`, () => standsStill(this.pid))
  }

  /** Ends `freeze`. */
  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning) await this.kill()
  }
}
