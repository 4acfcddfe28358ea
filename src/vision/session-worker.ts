import { isDeepStrictEqual } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { SightlineError } from '../core/errors.ts'
import { pixelSlackBytes } from '../core/fit.ts'
import { BatchSession, type ProvenBatch } from './batch-session.ts'
import { findFamilyByName } from './families/registry.ts'
import { usualBatch } from './providers.ts'
import { openSession } from './session.ts'
import type { FromWorker, SessionJob, ToWorker } from './session-messages.ts'
import { createTask } from './session-task.ts'
import { SurvivingSession } from './surviving-session.ts'

/**
 * The entry of a worker thread with one session. Runs come one after the other: the session's outputs are
 * overwritten by the next run, so each is read before that starts.
 */
const port = parentPort!
const job = workerData as SessionJob
const { width, height, pad } = job.input

function send(message: FromWorker): void {
  port.postMessage(message)
}

async function start() {
  const source = { ...job, width, height }
  const opened = await openSession(source)
  const session = new SurvivingSession(opened, {
    openOnProcessor: () => openSession({ ...source, provider: 'cpu' }),
    onLost: (provider, reason) => send({ type: 'lost', provider, reason })
  })
  // The first run proves that the model works and shows what it gives, before anybody waits for a frame.
  const outputs = await session.run(new Uint8Array(width * height * 3).fill(pad))
  const task = createTask(findFamilyByName(job.family, job.path), job, outputs)
  const isFixed = isDeepStrictEqual(
    job.outputs,
    outputs.map(({ name, dims }) => ({ name, dims }))
  )
  const wanted = job.batch ?? usualBatch(session.provider)
  if (isFixed) session.keepOutputs(outputs, wanted)
  const batches = new BatchSession(session, job.slotBytes)
  const batch = job.fixedBatch === undefined ? await batches.prove(wanted) : oneByOne(wanted, job.fixedBatch)
  if (isFixed && batch.most < wanted) session.keepOutputs(outputs, batch.most)
  const { provider } = session
  const { skipped } = opened
  send({ type: 'ready', provider, skipped, labels: task.labels, dimensions: task.dimensions, batch })
  return { session, batches, task }
}

/** The reason is told to those who asked for more. */
function oneByOne(wanted: number, reason: string): ProvenBatch {
  return { most: 1, reason: wanted > 1 ? reason : undefined }
}

async function handle(opened: Awaited<ReturnType<typeof start>>, message: ToWorker): Promise<void> {
  const { session, batches, task } = opened
  if (message.type === 'close') {
    await session[Symbol.asyncDispose]()
    port.close()
    return
  }
  const { frames } = message
  const pixels = frames.map(
    ({ slot }) => new Uint8Array(job.slots, slot * (job.slotBytes + pixelSlackBytes), job.slotBytes)
  )
  const begunMs = performance.now()
  const outcome = await batches.run(pixels, (outputs, index) => {
    const { placed, rules } = frames[index]!
    return task.process(outputs, placed, rules)
  })
  const results = outcome.frames.map((each, index) => {
    const { id } = frames[index]!
    if ('result' in each) return { id, result: each.result }
    return { id, failure: each.error instanceof Error ? each.error.message : String(each.error) }
  })
  send({ type: 'results', frames: results, tooMany: outcome.tooMany, runMs: performance.now() - begunMs })
}

const opening = start()
let last: Promise<unknown> = opening.catch(error => {
  const code = error instanceof SightlineError ? error.code : 'SL_INTERNAL'
  send({ type: 'refused', code, message: error instanceof Error ? error.message : String(error) })
  port.close()
})
port.on('message', (message: ToWorker) => {
  last = last.then(async () => handle(await opening, message))
})
