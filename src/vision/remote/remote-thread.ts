import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SightlineError } from '../../core/errors.ts'
import type { Fit } from '../../core/fit.ts'
import type { BoxRules } from '../post-processing.ts'
import type { TaskResult } from '../session-task.ts'
import { type RemotePlace, remoteFault } from './kserve-client.ts'
import type { FromRemote, RemoteFailure, RemoteJob, ToRemote } from './remote-messages.ts'
import type { Exchange } from './remote-tally.ts'

/** Beside this file, in the sources as in a built tree. */
const workerUrl = new URL(`./remote-worker${extname(import.meta.url)}`, import.meta.url)
/** Answers in JSON are text of some megabytes. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 512 }

/** The thread of one remote session, seen from the one that feeds it: it looks at one picture at a time. */
export class RemoteThread {
  /** The labels of its model. Rejects as its first run does. */
  readonly ready: Promise<readonly string[]>
  readonly exited: Promise<void>
  readonly pixels: Buffer
  readonly #thread: Worker
  readonly #place: RemotePlace
  #running: PromiseWithResolvers<TaskResult> | undefined
  #isDead = false
  #reason = 'has lost the thread that asks it'

  constructor(job: RemoteJob, onExchange: (exchange: Exchange) => void) {
    this.pixels = Buffer.from(job.pixels)
    this.#place = job.source.place
    this.#thread = new Worker(workerUrl, { workerData: job, name: 'remote session', resourceLimits })
    const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>()
    const exit = Promise.withResolvers<void>()
    this.ready = promise
    this.exited = exit.promise
    this.#thread.on('message', (message: FromRemote) => {
      if (message.type === 'exchange') onExchange(message.exchange)
      else if (message.type === 'ready') resolve(message.labels)
      else if (message.type === 'refused') reject(errorOf(message.failure))
      else this.#finish(message.type === 'found' ? message.result : errorOf(message.failure))
    })
    this.#thread.on('error', error => {
      this.#reason += ` (${error instanceof Error ? error.message : String(error)})`
    })
    this.#thread.on('exit', () => {
      this.#isDead = true
      reject(this.#lost())
      this.#finish(this.#lost())
      exit.resolve()
    })
  }

  get isDead(): boolean {
    return this.#isDead
  }

  /** What lies in its pixels. Rejects with SL_REMOTE_…, or SL_MODEL_OUTPUT_UNEXPECTED. */
  run(placed: Fit, rules: BoxRules): Promise<TaskResult> {
    if (this.#isDead) return Promise.reject(this.#lost())
    this.#running = Promise.withResolvers()
    this.#post({ type: 'run', placed, rules })
    return this.#running.promise
  }

  close(): void {
    this.#post({ type: 'close' })
  }

  /** Ends it at once, whatever is under way. */
  giveUp(): void {
    void this.#thread.terminate()
  }

  #lost(): SightlineError {
    return remoteFault('SL_REMOTE_FAILED', this.#place, this.#reason)
  }

  #post(message: ToRemote): void {
    this.#thread.postMessage(message)
  }

  #finish(outcome: TaskResult | SightlineError): void {
    const running = this.#running
    this.#running = undefined
    if (outcome instanceof SightlineError) running?.reject(outcome)
    else running?.resolve(outcome)
  }
}

function errorOf({ code, message, retryable }: RemoteFailure): SightlineError {
  return new SightlineError(code, message, { retryable })
}
