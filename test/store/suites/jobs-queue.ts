import type { Job } from '../../../src/contract/job.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { type JobRequest, Jobs } from '../../../src/store/jobs.ts'
import { JobClaims, type JobClaimsOptions } from '../../../src/store/jobs-claims.ts'

const request: JobRequest = { kind: 'analysis', input: '/clip.mp4', options: {}, stream: 'clip', ownStream: true }
export const leaseMs = 30_000

/** A queue with clocks that a test sets. PostgreSQL has its own wall clock. */
export class Queue {
  readonly jobs: Jobs
  readonly #database: StoreDatabase
  wallMs = 1_800_000_000_000
  elapsedMs = 0

  constructor(database: StoreDatabase) {
    this.#database = database
    this.jobs = new Jobs(database, () => this.wallMs)
  }

  readonly request = request

  async add(more: Partial<JobRequest> = {}): Promise<Job> {
    return (await this.jobs.add({ ...request, ...more })).job
  }

  runner(instance: string, more: Partial<JobClaimsOptions> = {}): JobClaims {
    const clocks = { now: () => this.wallMs, elapsed: () => this.elapsedMs }
    return new JobClaims(this.#database, { instance, run: '1', kinds: ['analysis'], leaseMs, ...clocks, ...more })
  }

  /** Lets time pass while `watcher` looks on, as often as a runner does. Gives how many jobs it took over. */
  async watch(watcher: JobClaims, ms: number, meanwhile: () => Promise<unknown> = async () => undefined) {
    let taken = 0
    for (const endMs = this.elapsedMs + ms; this.elapsedMs < endMs; ) {
      this.elapsedMs += leaseMs / 6
      await meanwhile()
      taken += await watcher.takeOver()
    }
    return taken
  }
}
