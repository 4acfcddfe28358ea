import type { Family } from '../../vision/families/family.ts'
import type { ModelOptions } from '../../vision/open-pool.ts'
import type { Provider } from '../../vision/providers.ts'

/** A model as it is to be run. */
export type TrialModel = Pick<ModelOptions, 'modelPath' | 'name' | 'family' | 'labels' | 'concurrency' | 'batch'>

/** What the disposable process is told. */
export interface ProviderTask {
  readonly provider: Provider
  readonly model: TrialModel
  readonly task: Family['task']
  /** How long each of the rounds takes in which it runs one frame after the other, and then many at once. */
  readonly roundMs: number
}

/** What it measured. */
export interface ProviderFigures {
  /** Of one frame. */
  readonly ms: number
  /** Of all sessions, with all that go through them at once. */
  readonly fps: number
  /** Why it is not to be used all the same, as the end of a sentence. */
  readonly refusal: string | null
}

/** What came of one provider's trial. */
export type ProviderTrial =
  | (ProviderFigures & { readonly provider: Provider })
  | { readonly provider: Provider; readonly ms: null; readonly fps: null; readonly refusal: string }

/** The one with the most frames a second among those that may be used; the processor, where there is none. */
export function fastestOf(trials: readonly ProviderTrial[]): Provider {
  const usable = trials.filter(({ refusal }) => refusal === null)
  const best = usable.reduce<ProviderTrial | undefined>(
    (most, trial) => (most && most.fps! >= trial.fps! ? most : trial),
    undefined
  )
  return best?.provider ?? 'cpu'
}
