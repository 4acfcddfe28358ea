import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'

const waiting = 0
const done = 1

/**
 * Opens `count` single-threaded sessions, each in a thread of its own. `run` has one of them run the model, and
 * blocks while two runs a session are under way; `finish` blocks until all have ended.
 */
export async function openSessions(model: string, count: number) {
  const state = new Int32Array(new SharedArrayBuffer(8))
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL(import.meta.url), { workerData: { model, state } })
  )
  await Promise.all(workers.map(worker => once(worker, 'message')))
  let given = 0
  const waitUntil = (underWay: number) => {
    for (let ended = Atomics.load(state, done); given - ended > underWay; ended = Atomics.load(state, done))
      if (Atomics.wait(state, done, ended, 60_000) === 'timed-out') throw new Error('The sessions have stopped.')
  }
  return {
    run() {
      waitUntil(2 * count - 1)
      given++
      Atomics.add(state, waiting, 1)
      Atomics.notify(state, waiting, 1)
    },
    async finish() {
      waitUntil(0)
      await Promise.all(workers.map(worker => worker.terminate()))
    }
  }
}

/** The input is filled once: what turns a frame's bytes into floats is not counted. */
async function serve(model: string, state: Int32Array): Promise<never> {
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } }
  })
  const feeds = {
    [session.inputNames[0]!]: new Tensor('float32', new Float32Array(3 * 416 * 416).fill(114), [1, 3, 416, 416])
  }
  const outputs = { [session.outputNames[0]!]: new Tensor('float32', new Float32Array(3549 * 85), [1, 3549, 85]) }
  parentPort!.postMessage('ready')
  while (true) {
    const count = Atomics.load(state, waiting)
    if (count === 0) Atomics.wait(state, waiting, 0)
    else if (Atomics.compareExchange(state, waiting, count, count - 1) === count) {
      await session.run(feeds, outputs)
      Atomics.add(state, done, 1)
      Atomics.notify(state, done)
    }
  }
}

if (!isMainThread) await serve(workerData.model, workerData.state)
