import { join } from 'node:path'
import type { TrialModel } from '../roles/provider-trials/provider-trial.ts'
import { ProviderTrials } from '../roles/provider-trials/provider-trials.ts'
import type { Family } from '../vision/families/family.ts'
import type { ModelStore } from '../vision/model-store.ts'
import type { Log } from '../vision/open-pool.ts'
import type { Provider, ProviderWish } from '../vision/providers.ts'

interface ProviderSurroundings {
  readonly store: ModelStore
  readonly signal: AbortSignal
  readonly log: Log
}

/** What a model is to be opened with, remembered in the user's cache of models. Throws as `ProviderTrials.choose` does. */
export async function chooseProvider(
  wish: Provider | 'auto',
  model: TrialModel,
  task: Family['task'],
  { store, signal, log }: ProviderSurroundings
): Promise<ProviderWish> {
  const work = join(store.cache, 'trials')
  const options = { folder: store.cache, work, environment: process.env, log, signal }
  using trials = new ProviderTrials({ ...options, again: 'before' })
  return await trials.choose(wish, model, task)
}
