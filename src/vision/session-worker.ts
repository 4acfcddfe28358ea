import { isDeepStrictEqual } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { SightlineError } from '../core/errors.ts'
import { pixelSlackBytes } from '../core/fit.ts'
import { findFamilyByName } from './families/registry.ts'
import { openSession } from './session.ts'
import type { FromWorker, SessionJob, ToWorker } from './session-messages.ts'
import { createTask } from './session-task.ts'

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
  const session = await openSession({ ...job, width, height })
  // The first run proves that the model works and shows what it gives, before anybody waits for a frame.
  const outputs = await session.run(new Uint8Array(width * height * 3).fill(pad))
  const task = createTask(findFamilyByName(job.family, job.path), job.input, outputs, job.path, job.options)
  if (
    isDeepStrictEqual(
      job.outputs,
      outputs.map(({ name, dims }) => ({ name, dims }))
    )
  )
    session.keepOutputs(outputs)
  const { provider, skipped } = session
  send({ type: 'ready', provider, skipped, labels: task.labels, dimensions: task.dimensions })
  return { session, task }
}

async function handle(opened: Awaited<ReturnType<typeof start>>, message: ToWorker): Promise<void> {
  const { session, task } = opened
  if (message.type === 'close') {
    await session[Symbol.asyncDispose]()
    port.close()
    return
  }
  const { id, slot, placed } = message
  try {
    const pixels = new Uint8Array(job.slots, slot * (job.slotBytes + pixelSlackBytes), job.slotBytes)
    const outputs = await session.run(pixels)
    send({ type: 'result', id, result: task.process(outputs, placed) })
  } catch (error) {
    send({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) })
  }
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
