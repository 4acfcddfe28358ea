import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { appendFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { JobLimits } from '../../src/jobs/limits.ts'
import { ModelTrials, trialWork } from '../../src/roles/model-trials/model-trials.ts'
import { node, nodeField } from '../../src/vision/onnx/schema.ts'
import { textField } from '../../src/vision/onnx/wire.ts'
import { realModel } from '../support/material.ts'
import { constantHead } from '../support/onnx-head.ts'
import {
  hugeYolox,
  loopingYolox,
  modelWithExternalData,
  saved,
  tinyModel,
  tinyYolox,
  yoloxWithData
} from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const timeout = 90_000

/** Trials in a folder of their own, and what they had to say. */
async function scene(limits: Partial<JobLimits> = {}) {
  const folder = await temporaryFolder()
  const told: string[] = []
  const tell = (_: object, text: string) => void told.push(text)
  const options = {
    folder: join(folder.path, 'trials'),
    environment: process.env,
    limits,
    log: { info: tell, warn: tell } as unknown as ConstructorParameters<typeof ModelTrials>[0]['log']
  }
  return {
    trials: () => new ModelTrials(options),
    told,
    save: (bytes: Uint8Array) => saved(join(folder.path, 'model.onnx'), bytes),
    path: folder.path,
    left: () => readdir(trialWork(options.folder)),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]()
  }
}

const tried = 'a model was tried before it is let near streams'

test('MT1 a model is tried once: another process, and a copy of it, need no trial', { timeout }, async () => {
  await using here = await scene()
  const path = await here.save(tinyYolox([]))
  await here.trials().require({ path })
  const copy = await saved(join(here.path, 'copy.onnx'), tinyYolox([]))
  await here.trials().require({ path: copy })
  deepStrictEqual(here.told, [tried])
  deepStrictEqual(await here.left(), [])
})

test('MT2 who asks while it is being tried waits for the same trial', { timeout }, async () => {
  await using here = await scene()
  const trials = here.trials()
  const path = await here.save(tinyYolox([]))
  await Promise.all([trials.require({ path }), trials.require({ path })])
  deepStrictEqual(here.told, [tried])
})

const hostile = [
  {
    what: 'loops within a loop that never end',
    bytes: () => loopingYolox(1n << 40n),
    wallMs: 3000,
    says: /longer than 3 s/
  },
  {
    what: 'tensors of more than fits',
    bytes: () => hugeYolox(1_500_000_000n),
    wallMs: 25_000,
    says: /more than 500 MB/
  }
]
for (const { what, bytes, wallMs, says } of hostile) {
  test(`MT3 ${what} are SL_MODEL_TRIAL_LIMIT, and the model is not tried again soon`, { timeout }, async () => {
    await using here = await scene({ wallMs, memoryBytes: 500_000_000 })
    const path = await here.save(bytes())
    await rejects(here.trials().require({ path }), { code: 'SL_MODEL_TRIAL_LIMIT', message: says })
    await rejects(here.trials().require({ path }), { code: 'SL_MODEL_TRIAL_LIMIT', message: says })
    strictEqual(here.told.filter(text => text === 'a model is not let near streams').length, 1)
    deepStrictEqual(await here.left(), [])
  })
}

const refused = [
  { what: 'a tensor of 10¹² elements', bytes: hugeYolox(1_000_000_000_000n), code: 'SL_MODEL_RUN_FAILED' },
  { what: 'an operator of a library that is not here', bytes: custom(), code: 'SL_MODEL_RUN_FAILED' },
  { what: 'data of another folder', bytes: modelWithExternalData('../x.bin'), code: 'SL_MODEL_EXTERNAL_DATA' }
]
for (const { what, bytes, code } of refused) {
  test(`MT4 ${what} is ${code}, as it is where the model is opened at once`, { timeout }, async () => {
    await using here = await scene()
    await rejects(here.trials().require({ path: await here.save(bytes) }), { code })
  })
}

test('MT5 data beside the model is part of what was tried: other data is another model', { timeout }, async () => {
  await using here = await scene()
  const trials = here.trials()
  const path = await here.save(yoloxWithData('weights.bin'))
  for (const value of [1, 2, 2]) {
    await writeFile(join(here.path, 'weights.bin'), new Float32Array([value]))
    await trials.require({ path })
  }
  deepStrictEqual(here.told, [tried, tried])
})

test('MT6 what is damaged in the book counts for nothing', { timeout }, async () => {
  await using here = await scene()
  const path = await here.save(tinyYolox([]))
  await here.trials().require({ path })
  await appendFile(join(here.path, 'trials', 'tried.jsonl'), '{"digest": 3}\nnonsense\n')
  await here.trials().require({ path })
  deepStrictEqual(here.told, [tried])
})

test('MT7 a trial that is given up is SL_CANCELLED, and leaves nothing behind', { timeout }, async () => {
  await using here = await scene()
  const trials = here.trials()
  const path = await here.save(loopingYolox(1n << 40n))
  const trying = rejects(trials.require({ path }), { code: 'SL_CANCELLED' })
  while ((await here.left().catch(() => [])).length === 0) await new Promise(resolve => setImmediate(resolve))
  trials[Symbol.dispose]()
  await trying
  deepStrictEqual(await here.left(), [])
})

test('MT9 a file that is replaced while it is tried is SL_MODEL_CHECKSUM, and none of the two counts as tried', {
  timeout
}, async () => {
  await using here = await scene()
  const trials = here.trials()
  const path = await here.save(custom())
  const trying = rejects(trials.require({ path }), { code: 'SL_MODEL_CHECKSUM', retryable: true })
  while ((await here.left().catch(() => [])).length === 0) await new Promise(resolve => setImmediate(resolve))
  await here.save(tinyYolox([]))
  await trying
  await here.save(custom())
  await rejects(trials.require({ path }), { code: 'SL_MODEL_RUN_FAILED' })
  deepStrictEqual(here.told, [])
})

test('MT10 what turns pictures into vectors is tried as such', { timeout }, async () => {
  await using here = await scene()
  const output = { name: 'vector', dims: [1, 64], data: Array.from({ length: 64 }, (_, at) => at + 1) }
  const path = await here.save(constantHead({ input: { name: 'images', dims: [1, 3, 64, 32] }, outputs: [output] }))
  await rejects(here.trials().require({ path }), { code: 'SL_MODEL_FAMILY_UNKNOWN' })
  await here.trials().require({ path, task: 'embed' })
  deepStrictEqual(here.told, [tried])
})

const yolox = realModel('yolox_nano.onnx')
test('MT8 a model of the catalogue that comes with Sightline is known by its checksum, wherever it lies', {
  skip: yolox.skip
}, async () => {
  await using here = await scene({ wallMs: 0 })
  await here.trials().require({ path: yolox.path })
  deepStrictEqual(here.told, [])
})

function custom(): Uint8Array {
  const nodes = [[...node('Evil', ['images'], ['output']), textField(nodeField.domain, 'evil.library')]]
  return tinyModel({ nodes, outputs: [{ name: 'output', dims: [1, 21, 7] }] })
}
