import type { modelTasks } from '../../vision/catalogue.ts'
import type { ModelOptions } from '../../vision/open-pool.ts'
import type { Provider } from '../../vision/providers.ts'
import type { PoolRound } from './pool-rounds.ts'

/** What a benchmark's process is told: first to open a model, then to run it, as often as is asked. */
export type ToBench =
  | {
      readonly type: 'open'
      readonly task: (typeof modelTasks)[number]
      readonly model: Pick<ModelOptions, 'modelPath' | 'name' | 'family' | 'labels' | 'provider' | 'concurrency'>
    }
  | { readonly type: 'round'; readonly milliseconds: number }

/** What a process with one model answers. */
export type FromBench =
  | {
      readonly type: 'opened'
      readonly provider: Provider
      /** Sessions of one thread each. */
      readonly threads: number
      readonly width: number
      readonly height: number
    }
  | (PoolRound & {
      readonly type: 'round'
      /** What the process has taken since before the model was opened. */
      readonly memoryBytes: number
    })
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
