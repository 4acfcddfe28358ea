import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import type { RemoteModelsSettings } from '../../src/config/remote-model-settings.ts'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { createLog } from '../../src/core/log.ts'
import type { ModelTrials } from '../../src/roles/model-trials/model-trials.ts'
import { type SharedDetector, StreamDetectors } from '../../src/roles/streams/stream-detectors.ts'
import type { ModelStore } from '../../src/vision/model-store.ts'
import { until } from '../faults/support/until.ts'
import { closed } from '../support/closed.ts'
import { inTime } from '../support/in-time.ts'
import { saved, tinyYolox } from '../support/onnx-model.ts'
import { ScriptedKserve } from '../support/scripted-kserve.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
// A box of each of its two classes, one sure and one not, that lie apart.
const model = await saved(
  join(folder.path, 'two.onnx'),
  tinyYolox([
    [0, 0, 0, 0, 1, 0.9, 0],
    [4, 0, 0, 0, 1, 0, 0.3]
  ])
)
const size = { width: 32, height: 32 }

function detectorsOfWorker(
  batch?: number,
  remote?: RemoteModelsSettings,
  trials?: Pick<ModelTrials, 'require'>
): StreamDetectors {
  const models = { catalogue: new Map(), resolve: async (path: string) => ({ path }) } as unknown as ModelStore
  const log = createLog('silent')
  return new StreamDetectors({ openModels: async () => models, concurrency: 1, batch, remote, trials, log })
}

const wants = (more: Partial<StreamSettings>): StreamSettings => ({ source: 'demo:', model, provider: 'cpu', ...more })

async function classesIn({ detector }: SharedDetector): Promise<(string | undefined)[]> {
  const slot = await inTime('there is a slot', detector.acquire())
  const looking = detector.detect(slot, { left: 0, top: 0, ...size }, 0)
  const { count, classIds } = await inTime('a picture is answered', looking)
  return Array.from(classIds.subarray(0, count), id => detector.labels[id])
}

test('D1 streams of a model share its sessions, and each gets the boxes that it wants', async () => {
  const started: unknown[] = []
  const count = (worker: unknown) => started.push(worker)
  process.on('worker', count)
  const detectors = detectorsOfWorker(4)
  await using everything = await detectors.take(wants({}), size)
  await using sure = await detectors.take(wants({ minScore: 0.5 }), size)
  await using second = await detectors.take(wants({ classes: ['class-1'] }), size)
  process.off('worker', count)
  strictEqual(started.length, 1)
  strictEqual(sure.turns, second.turns)
  deepStrictEqual(await Promise.all([everything, sure, second].map(classesIn)), [
    ['class-0', 'class-1'],
    ['class-0'],
    ['class-1']
  ])
})

test('D2 the sessions stay until the last stream has gone, and their runs count on', async () => {
  const detectors = detectorsOfWorker()
  const first = await detectors.take(wants({}), size)
  const other = await detectors.take(wants({ minScore: 0.5 }), size)
  await first[Symbol.asyncDispose]()
  deepStrictEqual(await classesIn(other), ['class-0'])
  await other[Symbol.asyncDispose]()
  await rejects(classesIn(other), { code: 'SL_CANCELLED' })
  deepStrictEqual(detectors.batches, { cpu: [1] })
  await using again = await detectors.take(wants({}), size)
  await classesIn(again)
  deepStrictEqual(detectors.batches, { cpu: [2] })
})

test('D3 a stream that wants a class that the model does not have takes nothing away from the others', async () => {
  const detectors = detectorsOfWorker()
  await using good = await detectors.take(wants({}), size)
  await rejects(closed(detectors.take(wants({ classes: ['cow'] }), size)), {
    code: 'SL_OPTION_INVALID',
    message: /'cow'/
  })
  strictEqual((await classesIn(good)).length, 2)
})

test('D4 where all sessions have died, the next stream opens the model anew', async () => {
  const started: { terminate(): Promise<number> }[] = []
  const collect = (worker: { terminate(): Promise<number> }) => started.push(worker)
  process.on('worker', collect)
  const detectors = detectorsOfWorker()
  await using broken = await detectors.take(wants({}), size)
  await started[0]!.terminate()
  await rejects(classesIn(broken), { code: 'SL_MODEL_RUN_FAILED' })
  await using told = await detectors.take(wants({}), size)
  strictEqual(told.detector.concurrency, 0)
  await using anew = await detectors.take(wants({}), size)
  process.off('worker', collect)
  ok((await classesIn(anew)).length === 2)
})

test('D5 several models are one detector, whose parts are shared with streams that have them alone', async () => {
  const started: unknown[] = []
  const count = (worker: unknown) => started.push(worker)
  process.on('worker', count)
  const detectors = detectorsOfWorker()
  await using alone = await detectors.take(wants({}), size)
  const models = [
    { model, classes: ['class-0'] },
    { model, minScore: 0.5, inside: ['class-0'] }
  ]
  await using several = await detectors.take({ source: 'demo:', provider: 'cpu', models }, size)
  process.off('worker', count)
  strictEqual(started.length, 1)
  deepStrictEqual([several.turns === alone.turns, several.detector.labels], [true, ['class-0', 'class-1']])
  const picture = { ...size, ptsMs: 0, scaleInto: async () => ({ left: 0, top: 0, ...size }) }
  const { boxes } = await several.detector.look!(picture, (_, work) => work)
  ok((await boxes).count > 0)
})

test('D6 what does not go together is refused before anything is opened', async () => {
  const detectors = detectorsOfWorker()
  const both: StreamSettings = { ...wants({}), models: [{ model }] }
  await rejects(closed(detectors.take(both, size)), { code: 'SL_OPTION_CONFLICT' })
})

test("D7 a module is a stream's own: two streams have two, and what it throws is no other's", async () => {
  const own = join(folder.path, 'own.mjs')
  await writeFile(
    own,
    `
    let seen = 0
    export default {
      labels: ['mark'], input: { width: 8, height: 8 },
      detect() { if (seen++ > 0) throw new Error('seen before'); return [{ x: 0, y: 0, w: 4, h: 4, score: 1, label: 'mark' }] }
    }`
  )
  const detectors = detectorsOfWorker()
  await using one = await detectors.take(wants({ model: own }), size)
  await using other = await detectors.take(wants({ model: own }), size)
  deepStrictEqual(await Promise.all([one, other].map(classesIn)), [['mark'], ['mark']])
  await rejects(classesIn(one), { code: 'SL_DETECTOR_FAILED', message: /seen before/ })
})

/** Nobody is to be late here: the machine may be busy. */
const patience = { timeoutMs: 20_000, budgetMs: 20_000 }

/** A server that finds a box of the first of two classes. */
async function boxServer() {
  const spec = { name: 'output', datatype: 'FP32', shape: [1, 21, 7] }
  const box = new Float32Array(21 * 7).fill(-10)
  box.set([0, 0, 0, 0, 1, 0.9, 0])
  return ScriptedKserve.start('grpc', {
    inputs: [{ name: 'images', datatype: 'FP32', shape: [1, 3, 32, 32] }],
    outputs: [spec],
    answer: () => ({ outputs: [{ ...spec, bytes: new Uint8Array(box.buffer) }] })
  })
}

test('D8 a stream takes a model of a server by the name that the settings give it, and its attempts are counted', async () => {
  await using server = await boxServer()
  const named = {
    type: 'kserve',
    url: server.url,
    model: 'm',
    concurrency: 1,
    fallback: model,
    ...patience,
    budgetMs: 8000
  } as const
  const detectors = detectorsOfWorker(undefined, { box: named })
  await using taken = await detectors.take(wants({ model: 'box' }), size)
  deepStrictEqual(await classesIn(taken), ['class-0'])
  deepStrictEqual(detectors.remotes.box?.exchanges.answered?.count, 2)
  await server.stop()
  deepStrictEqual(await classesIn(taken), ['class-0', 'class-1'])
  deepStrictEqual([detectors.remotes.box?.fallbacks, detectors.batches], [1, { cpu: [1] }])
})

test('D9 when servers run other models, who takes one of that name gets the new, and who has the old one keeps it', async () => {
  await using one = await boxServer()
  await using other = await boxServer()
  const at = ({ url }: ScriptedKserve, classes: string[]) =>
    ({ box: { type: 'kserve', url, model: 'm', family: 'yolox', concurrency: 1, classes, ...patience } }) as const
  const detectors = detectorsOfWorker(undefined, at(one, ['cat', 'dog']))
  await using before = await detectors.take(wants({ model: 'box' }), size)
  detectors.know(at(other, ['owl', 'elk']))
  await using after = await detectors.take(wants({ model: 'box' }), size)
  await using shared = await detectors.take(wants({ model: 'box' }), size)
  deepStrictEqual(await Promise.all([before, after, shared].map(classesIn)), [['cat'], ['owl'], ['owl']])
  strictEqual(after.turns, shared.turns)
  detectors.know(undefined)
  await rejects(closed(detectors.take(wants({ model: 'box', source: 'demo:' }), size)), /box/)
})

test('D10 a model is tried before it is opened, a server’s stand-in as well, and what is found against it keeps it away', async () => {
  const started: unknown[] = []
  const count = (worker: unknown) => started.push(worker)
  const tried: string[] = []
  const require = async ({ path }: { readonly path: string }) => {
    tried.push(path)
    throw new SightlineError('SL_MODEL_TRIAL_LIMIT', 'It never ends.')
  }
  const box = { type: 'kserve', url: 'grpc://127.0.0.1:1', model: 'm', fallback: model } as const
  const detectors = detectorsOfWorker(undefined, { box }, { require })
  process.on('worker', count)
  for (const wanted of [model, 'box'])
    await rejects(closed(detectors.take(wants({ model: wanted }), size)), { code: 'SL_MODEL_TRIAL_LIMIT' })
  process.off('worker', count)
  deepStrictEqual([tried, started], [[model, model], []])
})

test('D11 where a model on a server is refused, what was to stand in for it is closed', async () => {
  await using server = await ScriptedKserve.start('grpc', { inputs: [], outputs: [], answer: () => 'hang' })
  const box = { type: 'kserve', url: server.url, model: 'm', fallback: model, ...patience } as const
  const begun: Worker[] = []
  let ended = 0
  const count = (worker: Worker) => {
    begun.push(worker)
    worker.once('exit', () => ended++)
  }
  process.on('worker', count)
  try {
    const detectors = detectorsOfWorker(undefined, { box })
    await rejects(closed(detectors.take(wants({ model: 'box' }), size)), { code: 'SL_MODEL_INPUT_RANK' })
    strictEqual(begun.length, 1)
    await until('its session has ended', () => ended === 1, { givenUpMs: 30_000 })
  } finally {
    process.off('worker', count)
    await Promise.all(begun.map(worker => worker.terminate()))
  }
})
