import { deepStrictEqual, rejects } from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { chooseDetector } from '../../src/commands/choose-detector.ts'
import { requireTrial } from '../../src/commands/tried-model.ts'
import { createLog } from '../../src/core/log.ts'
import { loadCatalogue } from '../../src/vision/catalogue.ts'
import { ModelStore } from '../../src/vision/model-store.ts'
import { loopingYolox, saved } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const timeout = 90_000
const log = createLog('silent')
const limits = { wallMs: 2000 }

test('TM1 an analysis refuses a model that never ends within the trial’s time, and is still there', {
  timeout
}, async () => {
  await using folder = await temporaryFolder()
  const model = await saved(join(folder.path, 'loop.onnx'), loopingYolox(1n << 40n))
  const store = new ModelStore(await loadCatalogue(), { cache: join(folder.path, 'cache'), searchPath: [] } as never)
  const { signal } = new AbortController()
  const plan = { model, provider: 'cpu', minScore: 0.1, masks: [] } as never
  const around = {
    openStore: async () => store,
    terminal: process,
    silent: true,
    signal,
    log,
    frame: { width: 640, height: 480 },
    tryFirst: (...[task]: Parameters<typeof requireTrial>) => requireTrial(task, { store, signal, log, limits })
  }
  await rejects(chooseDetector(plan, around as never), { code: 'SL_MODEL_TRIAL_LIMIT', message: /longer than 2 s/ })
})

test('TM2 whoever gives up while a model is tried waits no longer', { timeout }, async () => {
  await using folder = await temporaryFolder()
  const path = await saved(join(folder.path, 'loop.onnx'), loopingYolox(1n << 40n))
  const stop = new AbortController()
  const trying = requireTrial({ path }, { store: { cache: folder.path }, signal: stop.signal, log })
  stop.abort()
  await rejects(trying, { code: 'SL_CANCELLED' })
})

test('TM3 a cache that cannot be written keeps nobody from trying, and nothing is left', { timeout }, async () => {
  await using folder = await temporaryFolder()
  const path = await saved(join(folder.path, 'loop.onnx'), loopingYolox(1n << 40n))
  await writeFile(join(folder.path, 'cache'), 'a file, where a folder should be')
  const temporary = join(folder.path, 'temporary')
  await mkdir(temporary)
  const { TMPDIR } = process.env
  process.env.TMPDIR = temporary
  try {
    const surroundings = {
      store: { cache: join(folder.path, 'cache') },
      signal: new AbortController().signal,
      log,
      limits
    }
    await rejects(requireTrial({ path }, surroundings), { code: 'SL_MODEL_TRIAL_LIMIT' })
    deepStrictEqual(await readdir(temporary), [])
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
})
