import { isDeepStrictEqual } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { SightlineError } from '../../core/errors.ts'
import type { OutputTensor } from '../families/family.ts'
import { findFamilyByName } from '../families/registry.ts'
import { createTask, type Task } from '../session-task.ts'
import type { FromRemote, RemoteFailure, RemoteJob, ToRemote } from './remote-messages.ts'
import { RemoteSession } from './remote-session.ts'

/** The entry of a worker thread that asks a server: pictures become numbers, and outputs boxes, off the thread that moves packets. */
const port = parentPort!
const { source, family: familyName, model, pixels } = workerData as RemoteJob
const family = findFamilyByName(familyName, model.path)
const picture = new Uint8Array(pixels)
const session = new RemoteSession(source, model.input, exchange => send({ type: 'exchange', exchange }))

function send(message: FromRemote): void {
  port.postMessage(message)
}

/** A server may load its model only now. */
const firstMs = 10_000
const first = {
  ...source,
  timeoutMs: Math.max(firstMs, source.timeoutMs),
  budgetMs: Math.max(firstMs, source.budgetMs)
}
let shape: unknown
let task: Task | undefined

/** Outputs of other sizes than before are looked at anew: a decoder reads what it was made for. */
function taskFor(outputs: readonly OutputTensor[]): Task {
  const sizes = outputs.map(({ dims }) => dims)
  if (task && isDeepStrictEqual(sizes, shape)) return task
  const next = createTask(family, model, outputs)
  if (task && !isDeepStrictEqual(next.labels, task.labels))
    throw new SightlineError(
      'SL_REMOTE_INVALID',
      `The model ${model.path} tells ${next.labels.length} classes apart of a sudden.`
    )
  shape = sizes
  task = next
  return next
}

function failureOf(error: unknown): RemoteFailure {
  if (error instanceof SightlineError) return { code: error.code, message: error.message, retryable: error.retryable }
  return { code: 'SL_INTERNAL', message: error instanceof Error ? error.message : String(error), retryable: false }
}

async function begin(): Promise<void> {
  picture.fill(model.input.pad)
  send({ type: 'ready', labels: taskFor(await session.run(picture, 1, first)).labels })
}

async function run({ placed, rules }: Extract<ToRemote, { type: 'run' }>): Promise<void> {
  try {
    const outputs = await session.run(picture)
    send({ type: 'found', result: taskFor(outputs).process(outputs, placed, rules) })
  } catch (error) {
    send({ type: 'failed', failure: failureOf(error) })
  }
}

async function close(): Promise<void> {
  await session[Symbol.asyncDispose]()
  port.close()
}

let last: Promise<unknown> = begin().catch(async error => {
  send({ type: 'refused', failure: failureOf(error) })
  await close()
})
// What is under way is finished first.
port.on('message', (message: ToRemote) => {
  last = last.then(() => (message.type === 'run' ? run(message) : close()))
})
