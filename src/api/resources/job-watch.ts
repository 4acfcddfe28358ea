import type { JobItem } from '../../contract/api/job.ts'
import type { Job } from '../../contract/job.ts'
import { SightlineError } from '../../core/errors.ts'
import { jobItemOf } from './jobs.ts'
import type { Sources } from './sources.ts'

/** Whoever follows a job is told how it is, and again whenever that changed. */
interface Follower {
  readonly id: string
  readonly tell: (job: JobItem) => void
  readonly show: (job: Job) => JobItem
  /** As it was told last. */
  told: string
}

export interface JobWatchOptions {
  readonly sources: () => Pick<Sources, 'jobs'>
  /** How often the store is asked: runners write how far they are about as often. Default 1 s. */
  readonly everyMs?: number
  /** Who may follow at a time. Default 1000. */
  readonly most?: number
}

/** Tells how jobs get on: one question to the store at a time for all who follow any, and none while nobody does. */
export class JobWatch implements Disposable {
  readonly #options: Required<JobWatchOptions>
  readonly #followers = new Set<Follower>()
  #timer: NodeJS.Timeout | undefined
  #isAsking = false

  constructor(options: JobWatchOptions) {
    this.#options = { everyMs: 1000, most: 1000, ...options }
  }

  /** Gives what is to be called by who has heard enough. @param show as they may see one @throws SL_VIEW_LIMIT */
  follow(job: JobItem, tell: (job: JobItem) => void, show: (job: Job) => JobItem = jobItemOf): () => void {
    if (this.#followers.size >= this.#options.most)
      throw new SightlineError('SL_VIEW_LIMIT', 'Too many follow jobs: try again later.', { retryable: true })
    const follower = { id: job.id, tell, show, told: JSON.stringify(job) }
    this.#followers.add(follower)
    tell(job)
    this.#timer ??= setInterval(() => void this.look(), this.#options.everyMs).unref()
    return () => {
      this.#followers.delete(follower)
      if (this.#followers.size === 0) this[Symbol.dispose]()
    }
  }

  /** Done every second. A store that does not answer is asked again. */
  async look(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    const ids = new Set([...this.#followers].map(({ id }) => id))
    const all = await this.#ask([...ids]).catch(() => [])
    this.#isAsking = false
    const jobs = new Map(all.map(job => [job.id, job]))
    for (const follower of this.#followers) {
      const found = jobs.get(follower.id)
      if (!found) continue
      const job = follower.show(found)
      const text = JSON.stringify(job)
      if (text === follower.told) continue
      follower.told = text
      follower.tell(job)
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #ask(ids: readonly string[]) {
    return ids.length > 0 ? this.#options.sources().jobs.byIds(ids) : []
  }
}
