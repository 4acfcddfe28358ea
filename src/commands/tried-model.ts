import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '../core/log.ts'
import type { JobLimits } from '../jobs/limits.ts'
import { ModelTrials, type TrialTask } from '../roles/model-trials/model-trials.ts'
import type { ModelStore } from '../vision/model-store.ts'

interface TrialSurroundings {
  readonly store: Pick<ModelStore, 'cache'>
  readonly signal: AbortSignal
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** Default: as for streams. */
  readonly limits?: Partial<JobLimits>
}

/**
 * Has a model that did not come with Sightline opened and run in a process of its own, before this one opens it: it may never end, or
 * take all memory there is. What came of it is remembered in the user's cache of models, where that can be written.
 * @throws SL_MODEL_TRIAL_LIMIT and the others of `ModelTrials.require`; SL_CANCELLED once `signal` is aborted
 */
export async function requireTrial(task: TrialTask, { store, signal, log, limits }: TrialSurroundings): Promise<void> {
  await using folder = await trialFolder(store)
  using trials = new ModelTrials({ folder: folder.path, environment: process.env, limits, log })
  const stop = () => trials[Symbol.dispose]()
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    await trials.require(task)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function trialFolder({ cache }: Pick<ModelStore, 'cache'>): Promise<AsyncDisposable & { readonly path: string }> {
  const path = join(cache, 'trials')
  try {
    await mkdir(path, { recursive: true })
    return { path, [Symbol.asyncDispose]: async () => undefined }
  } catch {
    const own = await mkdtemp(join(tmpdir(), 'sightline-trials-'))
    return { path: own, [Symbol.asyncDispose]: () => rm(own, { recursive: true, force: true }) }
  }
}
