// The disposable process in which one provider runs a model: whether it computes as the processor does, and how fast.
import { SightlineError } from '../../core/errors.ts'
import { runAsWorker } from '../../jobs/worker-side.ts'
import { prepareModel } from '../../vision/load-model.ts'
import { openPool } from '../../vision/open-pool.ts'
import { whyNotMeasured } from '../../vision/provider-difference.ts'
import { type PoolRound, poolRound } from '../model-bench/pool-rounds.ts'
import type { ProviderFigures, ProviderTask } from './provider-trial.ts'

const tellEveryMs = 200
/** Of which the middle one counts. */
const rounds = 3

await runAsWorker<ProviderTask>(async ({ provider, model, task, roundMs }, talk): Promise<ProviderFigures> => {
  const telling = setInterval(() => talk.progress(0, 'measuring'), tellEveryMs)
  const prepared = await prepareModel(model.modelPath, model.family)
  const whyNot = provider === 'cpu' ? undefined : await whyNotMeasured(prepared, provider)
  if (whyNot !== undefined)
    throw new SightlineError('SL_PROVIDER_UNAVAILABLE', `${provider} is not measured: ${whyNot}.`)
  const { pool } = await openPool({ ...model, provider }, task)
  const { width, height } = prepared.input
  const measured: PoolRound[] = []
  for (let round = 0; round < rounds; round++) measured.push(await poolRound({ pool, width, height }, roundMs))
  clearInterval(telling)
  // Else it would be the processor's speed.
  const refusal = pool.losses > 0 ? 'it failed while it ran' : null
  return {
    ms: middle(measured.map(({ ms }) => ms)),
    fps: middle(measured.map(({ fps }) => fps)),
    refusal
  }
})

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}
