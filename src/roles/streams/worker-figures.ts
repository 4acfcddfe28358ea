import type { System } from '../../contract/api/system.ts'
import { type DurationsByName, sumOfDurations } from '../../core/durations.ts'
import { type RemoteFigures, sumOfRemotes } from '../../vision/remote/remote-tally.ts'
import { type BatchCounts, sumOfBatches } from './batch-counts.ts'
import type { WorkerDeath } from './worker-deaths.ts'

/** What a worker says of itself, beside its streams. */
export interface WorkerFigures {
  readonly batches: BatchCounts
  /** How long runs of models took, by what ran them. */
  readonly modelSeconds: DurationsByName
  /** What models on servers did. */
  readonly remotes: RemoteFigures
  /** How often what ran a model failed and the processor went on. */
  readonly lostProviders: number
  /** Records that wait for the disk. */
  readonly queuedRecords: number
  readonly rssBytes: number
}

export interface SumOfWorkers extends WorkerFigures {
  /** How many there are. */
  readonly count: number
}

/** Workers as they are now, and those that are no more. */
export interface WorkerStates {
  readonly workers: System['workers']
  readonly deaths: { readonly count: number; readonly last: readonly WorkerDeath[] }
}

/** All of them together: their names come and go, and tell nobody anything. */
export function sumOfWorkers(figures: readonly WorkerFigures[], count: number): SumOfWorkers {
  const sum = (read: (each: WorkerFigures) => number) => figures.reduce((total, each) => total + read(each), 0)
  return {
    count,
    batches: sumOfBatches(figures.map(({ batches }) => batches)),
    modelSeconds: sumOfDurations(figures.map(({ modelSeconds }) => modelSeconds)),
    remotes: sumOfRemotes(figures.map(({ remotes }) => remotes)),
    lostProviders: sum(({ lostProviders }) => lostProviders),
    queuedRecords: sum(({ queuedRecords }) => queuedRecords),
    rssBytes: sum(({ rssBytes }) => rssBytes)
  }
}
