import type { AnalysisDesk, AnalysisOrder } from '../api/resources/analysis-desk.ts'
import { planAnalysis } from '../commands/analysis-options.ts'
import { streamNameOf } from '../commands/stream-name.ts'
import { type CountSettings, requireRoom } from '../config/count-settings.ts'
import type { Job } from '../contract/job.ts'
import type { EpochLedger } from '../events/epoch-ledger.ts'
import type { Assets } from '../store/assets.ts'
import type { Jobs } from '../store/jobs.ts'
import type { AnalysisJobOptions, JobFlags } from './job-worker-task.ts'

export interface AnalysisOrdersOptions {
  readonly jobs: Jobs
  readonly assets: Pick<Assets, 'adopt'>
  /** Of this machine: a camera's epochs are in it before they are in the store. */
  readonly epochs: EpochLedger
  /** How many jobs may wait, as it is at the moment. */
  readonly limits?: () => CountSettings | undefined
}

/** Takes the API's orders as `sightline jobs add` takes those of the command line: what makes no sense is refused at once. */
export class AnalysisOrders implements AnalysisDesk {
  readonly #jobs: Jobs
  readonly #assets: Pick<Assets, 'adopt'>
  readonly #epochs: EpochLedger
  readonly #limits: () => CountSettings | undefined

  constructor({ jobs, assets, epochs, limits = () => undefined }: AnalysisOrdersOptions) {
    this.#jobs = jobs
    this.#assets = assets
    this.#epochs = epochs
    this.#limits = limits
  }

  /** The job keeps the file from now on, whoever else gives it up. @throws SL_OPTION_INVALID, SL_OPTION_CONFLICT, SL_LIMIT_REACHED */
  async order(order: AnalysisOrder): Promise<Job> {
    const job = await this.#add(order)
    const reference = { kind: 'upload', owner: `job/${job.id}`, name: 'input', stream: job.stream } as const
    try {
      await this.#assets.adopt(order.digest, reference)
    } catch (error) {
      await this.#jobs.cancel(job.id)
      throw error
    }
    return job
  }

  async #add({ digest, title, modifiedMs, stream, priority, settings, key, ...rest }: AnalysisOrder): Promise<Job> {
    const input = `asset:${digest}`
    const flags = flagsOf(rest)
    planAnalysis(input, { ...flags, out: 'out' }, settings)
    const options: AnalysisJobOptions = { title, flags, settings, modifiedMs: Math.round(modifiedMs) }
    const request = { kind: 'analysis', input, options, priority, key, stream: stream ?? streamNameOf(title) }
    const room = (open: number) => requireRoom(this.#limits(), 'jobs', open)
    if (stream === undefined) return (await this.#jobs.add({ ...request, ownStream: true }, room)).job
    const firstEpoch = this.#epochs.next(stream, (await this.#jobs.highestEpoch(stream)) + 1)
    const { job } = await this.#jobs.add({ ...request, ownStream: false, firstEpoch }, room)
    if (job.epoch > firstEpoch) this.#epochs.next(stream, job.epoch)
    return job
  }
}

/** As the command line has them. */
function flagsOf({ annotate, fromSeconds, toSeconds }: Partial<AnalysisOrder>): JobFlags {
  return {
    ...(annotate !== undefined && { annotate }),
    ...(fromSeconds !== undefined && { from: String(fromSeconds) }),
    ...(toSeconds !== undefined && { to: String(toSeconds) })
  }
}
