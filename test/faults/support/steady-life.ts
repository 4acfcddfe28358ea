import { join } from 'node:path'
import { type ChildOptions, NodeChild } from './child-process.ts'
import type { NumberedOrigin } from './numbered-event.ts'
import type { SteadyTask } from './steady-worker.ts'
import { until } from './until.ts'

const entry = join(import.meta.dirname, 'steady-worker.ts')

/** A worker that has something new at every tick, and what it was told of it. */
export class SteadyLife extends NodeChild {
  readonly accepted = new Set<number>()
  /** Codes that its appends were refused with. */
  readonly refused = new Set<string>()
  /** Events that came to be, accepted or not. */
  made = 0
  /** What its log says is wrong. */
  problem: string | undefined
  readonly #task: SteadyTask
  #epoch: number | undefined
  #done = false

  constructor(task: SteadyTask, options: Omit<ChildOptions, 'onLine'> = {}) {
    super([entry, JSON.stringify(task)], { ...options, onLine: line => this.#hear(line) })
    this.#task = task
  }

  get origin(): NumberedOrigin | undefined {
    const { stream, baseMs } = this.#task
    return this.#epoch === undefined ? undefined : { stream, epoch: this.#epoch, baseMs }
  }

  /** Resolves when so many more events came to be: the time of so many ticks. */
  async makes(count: number): Promise<void> {
    const due = this.made + count
    await this.#until(`${count} events more`, () => this.made >= due, (count / this.#perMs()) * 2 + 30_000)
  }

  /** Resolves when so many more were accepted. */
  async takes(count: number): Promise<void> {
    const due = this.accepted.size + count
    await this.#until(`${count} accepted`, () => this.accepted.size >= due, (count / this.#perMs()) * 2 + 30_000)
  }

  /** Ends it when all it has is accepted. */
  async finish(): Promise<void> {
    this.tell('stop')
    await this.#until('all is accepted', () => this.#done, 60_000)
    await this.ended()
  }

  #perMs(): number {
    return this.#task.group / this.#task.tickMs
  }

  async #until(what: string, condition: () => boolean, givenUpMs: number): Promise<void> {
    const why = () => `Made ${this.made}, accepted ${this.accepted.size}. ${this.said}`
    await until(what, () => condition() || !this.isRunning, { givenUpMs, why })
    if (!condition()) throw new Error(`The worker ended before: ${what}. ${why()}`)
  }

  #hear(line: string): void {
    const [what, first, second] = line.split(' ') as [string, string, string]
    if (what === 'began') this.#epoch = Number(first)
    if (what === 'tick') this.made = Number(first)
    if (what === 'accepted') for (let n = Number(first); n <= Number(second); n++) this.accepted.add(n)
    if (what === 'refused') this.refused.add(first)
    if (what === 'problem') this.problem = first
    if (what === 'well') this.problem = undefined
    if (what === 'done') this.#done = true
  }
}
