import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import type { SightlineError } from '../../src/core/errors.ts'
import { digestOf, runtimeVersion } from '../../src/roles/model-trials/model-digest.ts'
import { fastestOf, type ProviderTrial } from '../../src/roles/provider-trials/provider-trial.ts'
import { ProviderTrials, type ProviderTrialsOptions } from '../../src/roles/provider-trials/provider-trials.ts'
import { type Provider, unavailable } from '../../src/vision/providers.ts'
import { until } from '../faults/support/until.ts'
import { loopingYolox, saved, tinyYolox } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const timeout = 90_000
/** Debian's Chromium brings a driver of Vulkan that computes in software, and what loads it: a second provider that is real. */
const softwareVulkan = '/usr/lib/chromium/vk_swiftshader_icd.json'

async function scene(options: Partial<ProviderTrialsOptions> = {}) {
  const folder = await temporaryFolder()
  const memory = join(folder.path, 'providers.jsonl')
  const told: object[] = []
  const tell = (facts: object) => void told.push(facts)
  const log = { info: tell, warn: tell }
  const here = { folder: folder.path, work: join(folder.path, 'work'), environment: process.env, log, roundMs: 1 }
  const modelPath = await saved(join(folder.path, 'model.onnx'), tinyYolox([[0, 0, 0, 0, 0, 0, -10]], 1 / 255))
  return {
    told,
    trials: () => new ProviderTrials({ ...here, ...options }),
    model: { modelPath, name: 'bright', concurrency: 1 },
    remembered: async () => readFile(memory, 'utf8').catch(() => ''),
    /** As after a measurement at that time, in which the card failed. */
    async remember(provider: Provider, atMs: number, path = modelPath) {
      const digest = await digestOf(path)
      const circumstances = `${runtimeVersion} cuda+cpu 1 usual`
      await writeFile(memory, `${JSON.stringify({ digest, circumstances, provider, hasFailures: true, atMs })}\n`)
    },
    save: (name: string, bytes: Uint8Array) => saved(join(folder.path, name), bytes),
    left: () => readdir(here.work),
    /** A name for each worker that is under way. */
    working: async () => (await readdir(here.work).catch(() => [])).filter(name => name.endsWith('.pid')),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]()
  }
}

/** A scripted list: its card is not on this machine. */
const withCard = { available: (): readonly Provider[] => ['cuda', 'cpu'] }
const noCard = unavailable('cuda') === undefined && 'CUDA is on this machine'

test('PT1 where there is the processor alone nothing is measured, and nothing remembered', async () => {
  await using here = await scene({ available: () => ['cpu'] })
  strictEqual(await here.trials().choose('auto', here.model), 'auto')
  deepStrictEqual([here.told, await here.remembered()], [[], ''])
})

test('PT2 what is asked for by name is not measured', async () => {
  await using here = await scene(withCard)
  deepStrictEqual([await here.trials().choose('cuda', here.model), here.told], ['cuda', []])
})

test('PT3 one that cannot be opened is not taken; that is told, and remembered of the model, the runtime and what there is', {
  timeout,
  skip: noCard
}, async () => {
  await using here = await scene(withCard)
  const trials = here.trials()
  const twice = [trials.choose('auto', here.model), trials.choose('auto', here.model)]
  deepStrictEqual(await Promise.all(twice), ['cpu', 'cpu'])
  strictEqual(await here.trials().choose('auto', here.model), 'cpu')
  const [{ trials: measured }, ...others] = here.told as [{ readonly trials: readonly ProviderTrial[] }]
  deepStrictEqual(
    measured.map(({ provider, fps }) => [provider, fps !== null && fps > 0]),
    [['cuda', false], ['cpu', true]] // biome-ignore format: a row each
  )
  match(measured[0]!.refusal!, /^SL_PROVIDER_UNAVAILABLE: cuda cannot run models on this machine/)
  deepStrictEqual([others, await here.left()], [[], []])
  const { circumstances, digest } = JSON.parse(await here.remembered())
  match(circumstances, /^\d+\.\d+\.\d+ cuda\+cpu 1 usual$/)
  match(digest, /^[0-9a-f]{64}$/)
})

const skip = existsSync(softwareVulkan) ? false : `${softwareVulkan} is not here`

test('PT4 another provider that is really there computes as the processor does', { timeout, skip }, async () => {
  await using here = await scene({
    available: () => ['webgpu', 'cpu'],
    environment: { ...process.env, VK_DRIVER_FILES: softwareVulkan, LD_LIBRARY_PATH: dirname(softwareVulkan) }
  })
  await here.trials().choose('auto', here.model)
  const [webgpu, cpu] = here.told.flatMap(facts =>
    'trials' in facts ? (facts.trials as readonly ProviderTrial[]) : []
  )
  strictEqual(cpu!.refusal, null)
  // In software on a busy machine it may be too slow to be worth more than the two frames that are compared.
  match(webgpu!.refusal ?? '', /^$|it takes \d+ times as long for a frame/)
})

const dayMs = 24 * 3_600_000

test('PT6 after a day all are measured again, behind those who ask: they get what was chosen before', {
  timeout,
  skip: noCard
}, async () => {
  await using here = await scene(withCard)
  await here.remember('cuda', Date.now() - dayMs - 1000)
  using trials = here.trials()
  const chosen = await Promise.all([trials.choose('auto', here.model), trials.choose('auto', here.model)])
  deepStrictEqual(
    [chosen, here.told],
    [
      [
        ['cuda', 'cpu'],
        ['cuda', 'cpu']
      ],
      []
    ]
  )
  await until('it was measured again', async () => (await here.remembered()).trim().split('\n').length === 2)
  deepStrictEqual([here.told.length, await trials.choose('auto', here.model)], [1, 'cpu'])
})

test('PT7 nobody waits behind what is measured again', { timeout, skip: noCard }, async () => {
  await using here = await scene(withCard)
  const endless = { ...here.model, modelPath: await here.save('endless.onnx', loopingYolox(1n << 40n)) }
  await here.remember('cuda', 0, endless.modelPath)
  using trials = here.trials()
  deepStrictEqual(await trials.choose('auto', endless), ['cuda', 'cpu'])
  strictEqual(await trials.choose('auto', here.model), 'cpu')
  strictEqual(here.told.length, 1)
})

test('PT8 who ends when all is done has it measured again first', { timeout, skip: noCard }, async () => {
  await using here = await scene({ ...withCard, again: 'before' })
  await here.remember('cuda', Date.now() - dayMs - 1000)
  strictEqual(await here.trials().choose('auto', here.model), 'cpu')
})

test('PT9 two trials in one process leave each other’s folder alone', { timeout, skip: noCard }, async () => {
  await using here = await scene(withCard)
  const endless = { ...here.model, modelPath: await here.save('endless.onnx', loopingYolox(1n << 40n)) }
  using first = here.trials()
  const given = first.choose('auto', endless).catch(error => (error as SightlineError).code)
  await until('the first one works', async () => (await here.working()).length === 1)
  const before = await here.working()
  using second = here.trials()
  strictEqual(await second.choose('auto', here.model), 'cpu')
  deepStrictEqual(await here.working(), before)
  first[Symbol.dispose]()
  strictEqual(await given, 'SL_CANCELLED')
})

test('PT10 what is measured behind begins anew after who came and waited', { timeout, skip: noCard }, async () => {
  await using here = await scene(withCard)
  const endless = { ...here.model, modelPath: await here.save('endless.onnx', loopingYolox(1n << 40n)) }
  await here.remember('cuda', 0, endless.modelPath)
  using trials = here.trials()
  await trials.choose('auto', endless)
  await until('it is measured behind', async () => (await here.working()).length === 1)
  const [before] = await here.working()
  strictEqual(await trials.choose('auto', here.model), 'cpu')
  await until('it is measured again', async () => (await here.working()).some(name => name !== before))
  strictEqual((await here.working()).includes(before!), false)
})

const usable = (provider: Provider, fps: number) => ({ provider, fps, ms: 1000 / fps, refusal: null })

test('PT5 the fastest of those that may be used is taken, and the processor where there is none', () => {
  const nonsense = { ...usable('webgpu', 900), refusal: 'it gives other numbers than the processor' }
  const broken = { provider: 'tensorrt' as const, fps: null, ms: null, refusal: 'SL_JOB_CRASHED: it ended' }
  strictEqual(fastestOf([usable('cuda', 300), usable('webgpu', 400), usable('cpu', 60)]), 'webgpu')
  strictEqual(fastestOf([broken, nonsense, usable('cuda', 300), usable('cpu', 60)]), 'cuda')
  strictEqual(fastestOf([broken, nonsense, usable('cpu', 60)]), 'cpu')
  strictEqual(fastestOf([broken]), 'cpu')
})
