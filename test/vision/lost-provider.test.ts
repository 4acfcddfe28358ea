import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { prepareModel } from '../../src/vision/load-model.ts'
import type { SessionJob } from '../../src/vision/session-messages.ts'
import { SessionPool } from '../../src/vision/session-pool.ts'
import { SessionThread, type ThreadEvents } from '../../src/vision/session-thread.ts'
import { until } from '../faults/support/until.ts'
import { inTime } from '../support/in-time.ts'
import { saved, tinyYolox } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const modelPath = await saved(join(folder.path, 'bright.onnx'), tinyYolox([[0, 0, 0, 0, 0, 0, -10]], 1 / 255))

interface Circumstances {
  readonly batch?: number
  readonly later?: Promise<void>
  readonly isExhausted?: boolean
  readonly claims?: number
}

/**
 * A pool whose first thread says that it is a card, though it is none, and that it was lost when we say so.
 * @param later what those that are begun then wait for before they are ready
 * @param isExhausted no other can be begun then
 * @param claims frames that the card says it does at once
 */
async function scene(concurrency: number, { batch, later, isExhausted, claims }: Circumstances = {}) {
  const { path, folder: home, bytes, facts, input, outputs, family } = await prepareModel(modelPath)
  const told: string[] = []
  const started: string[] = []
  let events: ThreadEvents | undefined
  const startThread = (job: SessionJob, heard: ThreadEvents) => {
    started.push(String(job.provider))
    if (events && isExhausted) throw new Error('there is no thread left')
    const thread = new SessionThread({ ...job, provider: 'cpu' }, heard)
    if (events)
      return later ? Object.assign(thread, { ready: thread.ready.then(about => later.then(() => about)) }) : thread
    events = heard
    const ready = thread.ready.then(message => {
      const about = { ...message, provider: 'cuda' as const }
      return claims === undefined ? about : { ...about, batch: { most: claims, reason: undefined } }
    })
    return Object.assign(thread, { ready })
  }
  const pool = await SessionPool.open(
    {
      ...{ path, folder: home, model: bytes, facts, input, outputs, family: family.name, labels: undefined },
      ...{ provider: 'cuda' as const, batch, fixedBatch: undefined }
    },
    { concurrency, startThread, onLost: (provider, reason) => told.push(`${provider}: ${reason}`) }
  )
  return {
    ...{ pool, told, started },
    lose: () => events!.onLost({ type: 'lost', provider: 'cuda', reason: 'the device is gone' }),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose]()
  }
}

async function detect({ pool }: { readonly pool: SessionPool }): Promise<number> {
  const slot = await inTime('there is a slot', pool.acquire())
  slot.pixels.fill(128)
  const rules = { minScore: 0, iou: 1, classIds: undefined }
  const result = await inTime('a frame is answered', pool.run(slot, { left: 0, top: 0, width: 32, height: 32 }, rules))
  return 'columns' in result ? result.columns.count : -1
}

test('LP1 a pool whose card is lost has the processor’s sessions, provider and batches, and says so', async () => {
  await using here = await scene(3)
  deepStrictEqual([here.pool.provider, here.pool.concurrency, here.pool.losses], ['cuda', 1, 0])
  here.lose()
  deepStrictEqual([here.pool.provider, here.pool.concurrency, here.pool.batch, here.pool.losses], ['cpu', 1, 1, 1])
  await until('all are open', () => here.pool.concurrency === 3)
  deepStrictEqual([here.told, here.started], [['cuda: the device is gone'], ['cuda', 'cpu', 'cpu']])
})

test('LP2 frames go on being looked at while it changes over', async () => {
  await using here = await scene(2)
  const before = await detect(here)
  const under = [detect(here), detect(here)]
  here.lose()
  strictEqual(before > 0, true)
  deepStrictEqual(await Promise.all([...under, detect(here), detect(here)]), [before, before, before, before])
})

test('LP3 a card that did one frame at a time leaves slots enough for all of the processor’s sessions', async () => {
  await using here = await scene(3, { batch: 1 })
  const slots = Array.from({ length: 6 }, () => here.pool.acquire())
  let given = 0
  for (const slot of slots) slot.then(() => given++)
  await new Promise(setImmediate)
  strictEqual(given, 2)
  here.lose()
  for (const slot of await inTime('there are slots for all sessions', Promise.all(slots))) here.pool.release(slot)
})

test('LP4 frames wait for no session that is not open yet, and fail with none that cannot be opened', {
  timeout: 30_000
}, async () => {
  const later = Promise.withResolvers<void>()
  later.promise.catch(() => undefined)
  await using here = await scene(3, { later: later.promise })
  here.lose()
  const counts = await Promise.all(Array.from({ length: 6 }, () => detect(here)))
  deepStrictEqual([new Set(counts).size, here.pool.concurrency], [1, 1])
  later.reject(new Error('it cannot be had'))
  strictEqual(await detect(here), counts[0])
  strictEqual(here.pool.concurrency, 1)
})

test('LP5 threads that cannot even be begun end nothing: the first session goes on', async () => {
  await using here = await scene(3, { isExhausted: true })
  const before = await detect(here)
  here.lose()
  strictEqual(await detect(here), before)
  deepStrictEqual([here.pool.concurrency, here.started], [1, ['cuda', 'cpu', 'cpu']])
})

test('LP6 frames that would have gone to a card together go to the processor one by one', async () => {
  await using here = await scene(2, { claims: 8 })
  strictEqual(here.pool.batch, 8)
  here.lose()
  strictEqual(here.pool.batch, 1)
})
