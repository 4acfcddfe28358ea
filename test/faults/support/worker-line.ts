import { type LifeOptions, NumberedLife } from './numbered-life.ts'
import type { WorkerTask } from './numbered-worker.ts'

/** A worker that is started again whenever it was killed, until all of its numbers are accepted: one life after another. */
export class WorkerLine implements AsyncDisposable {
  readonly lives: NumberedLife[] = []
  readonly #options: LifeOptions
  #task: WorkerTask

  constructor(task: WorkerTask, options: LifeOptions = {}) {
    this.#task = task
    this.#options = options
    this.begin()
  }

  get life(): NumberedLife {
    return this.lives.at(-1)!
  }

  get isDone(): boolean {
    return this.life.isDone || this.life.next > this.#task.last
  }

  /** Events accepted over all lives. */
  get accepted(): number {
    return this.lives.reduce((sum, { accepted }) => sum + accepted.size, 0)
  }

  /** Its next life, which goes on where the last one, which has to be gone, came to; in `data`, where its folder moved. */
  begin(data = this.#task.data): void {
    const [last] = this.lives.slice(-1)
    this.#task = { ...this.#task, data, first: last?.next ?? this.#task.first }
    this.lives.push(new NumberedLife(this.#task, this.#options))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.life[Symbol.asyncDispose]()
  }
}
