import { deepStrictEqual, rejects } from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { JobLimits } from '../../src/jobs/limits.ts'
import { digestOf, runtimeVersion as runtime } from '../../src/roles/model-trials/model-digest.ts'
import { ModelTrials } from '../../src/roles/model-trials/model-trials.ts'
import { loopingAtPatterns, saved, tinyYolox } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const timeout = 180_000

/** Trials in a folder of their own, of a model, and what they had to say. */
async function scene(bytes: Uint8Array, limits: Partial<JobLimits> = {}) {
  const folder = await temporaryFolder()
  const told: string[] = []
  const tell = (_: object, text: string) => void told.push(text)
  const log = { info: tell, warn: tell } as unknown as ConstructorParameters<typeof ModelTrials>[0]['log']
  const path = await saved(join(folder.path, 'model.onnx'), bytes)
  return {
    told,
    path,
    trials: new ModelTrials({ folder: folder.path, environment: process.env, limits, log }),
    /** As after a trial at that time. */
    async remember(refusal: string | null, atMs: number) {
      await mkdir(folder.path, { recursive: true })
      const line = JSON.stringify({ digest: await digestOf(path), runtime, refusal, atMs })
      await writeFile(join(folder.path, 'tried.jsonl'), `${line}\n`)
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]()
  }
}

const tried = 'a model was tried before it is let near streams'
const hourMs = 3_600_000

test('TR1 a refusal may have been the machine’s fault: after an hour the model is tried again, and not before', {
  timeout
}, async () => {
  await using here = await scene(tinyYolox([]))
  const { trials, path } = here
  await here.remember('it took longer than 60 s', Date.now() - hourMs + 60_000)
  await rejects(trials.require({ path }), { code: 'SL_MODEL_TRIAL_LIMIT', message: /longer than 60 s/ })
  deepStrictEqual(here.told, [])
  await here.remember('it took longer than 60 s', Date.now() - hourMs - 1000)
  await trials.require({ path })
  deepStrictEqual(here.told, [tried])
})

test('TR2 a model that was found good stays good, however long ago that was', async () => {
  await using here = await scene(tinyYolox([]))
  await here.remember(null, 0)
  await here.trials.require({ path: here.path })
  deepStrictEqual(here.told, [])
})

test('TR3 a model that never ends only where it sees something is found out too', { timeout }, async () => {
  await using here = await scene(loopingAtPatterns(1n << 40n), { wallMs: 10_000 })
  const { trials, path } = here
  await rejects(trials.require({ path }), { code: 'SL_MODEL_TRIAL_LIMIT', message: /longer than 10 s/ })
})
