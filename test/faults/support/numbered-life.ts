import { join } from 'node:path'
import { type ChildOptions, NodeChild } from './child-process.ts'
import type { NumberedOrigin } from './numbered-event.ts'
import type { WorkerTask } from './numbered-worker.ts'
import { until } from './until.ts'

const entry = join(import.meta.dirname, 'numbered-worker.ts')

export interface LifeOptions extends Omit<ChildOptions, 'onLine'> {
  /** A module that is loaded first, in each of its threads. */
  readonly preload?: string
}

/** One life of a worker that appends numbered events, and what it was told was accepted. */
export class NumberedLife extends NodeChild {
  readonly task: WorkerTask
  readonly accepted = new Set<number>()
  #epoch: number | undefined
  log = ''
  /** Transactions that it took; known when it has done all of its task. */
  commits: number | undefined

  constructor(task: WorkerTask, { preload, ...options }: LifeOptions = {}) {
    const imports = preload ? ['--import', preload] : []
    super([...imports, entry, JSON.stringify(task)], { ...options, onLine: line => this.#hear(line) })
    this.task = task
  }

  /** Of its epoch; undefined for one that ended before it had any. */
  get origin(): NumberedOrigin | undefined {
    const { stream, baseMs } = this.task
    return this.#epoch === undefined ? undefined : { stream, epoch: this.#epoch, baseMs }
  }

  /** Where its successor goes on: behind the last of the numbers without gaps that were accepted. */
  get next(): number {
    let next = this.task.first
    while (this.accepted.has(next)) next++
    return next
  }

  get isDone(): boolean {
    return this.commits !== undefined
  }

  /** Resolves when so many events were accepted. Throws when it ends before. */
  async until(count: number): Promise<void> {
    const reached = () => this.accepted.size >= count
    await until(`${count} events accepted`, () => reached() || !this.isRunning, { why: () => this.said })
    if (!reached()) throw new Error(`The worker ended with ${this.accepted.size} of ${count} accepted: ${this.said}`)
  }

  /** Ends it when all that it has begun is accepted. */
  async finish(): Promise<void> {
    this.tell('enough')
    const status = await this.ended()
    if (status !== 0) throw new Error(`The worker ended with ${status}: ${this.said}`)
  }

  #hear(line: string): void {
    const [what, first, second] = line.split(' ') as [string, string, string]
    if (what === 'began') {
      this.#epoch = Number(first)
      this.log = second
    }
    if (what === 'accepted') for (let n = Number(first); n <= Number(second); n++) this.accepted.add(n)
    if (what === 'done') this.commits = Number(first)
  }
}
