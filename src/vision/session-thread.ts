import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SightlineError } from '../core/errors.ts'
import type { Fit } from '../core/fit.ts'
import type { BoxRules } from './post-processing.ts'
import type { FromWorker, LostMessage, ReadyMessage, ResultsMessage, SessionJob, ToWorker } from './session-messages.ts'
import type { TaskResult } from './session-task.ts'

/** Beside this file, in the sources as in a built tree. */
const workerUrl = new URL(`./session-worker${extname(import.meta.url)}`, import.meta.url)
/** A session's JavaScript handles a few hundred numbers a frame: without a limit V8 lets garbage grow to tens of megabytes. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 256 }

/** A frame for a session: which slot it lies in, where in there, the rules for its boxes, and who is told what came of it. */
export interface FrameTask {
  readonly slot: number
  readonly placed: Fit
  readonly rules: BoxRules | undefined
  readonly done: (outcome: TaskResult | SightlineError) => void
}

export interface ThreadEvents {
  /** A run is over, which took so long, and its frames' tasks are done. `tooMany`: why it could not be run as the batch that it was. */
  readonly onRun: (frames: number, runMs: number, tooMany: string | undefined) => void
  /** The processor runs the model from now on. */
  readonly onLost: (message: LostMessage) => void
  /** It takes nothing more, and all of its tasks are done. */
  readonly onExit: (thread: PoolThread, reason: string) => void
}

/** What a pool needs of a session's thread. */
export type PoolThread = Pick<SessionThread, 'ready' | 'exited' | 'load' | 'run' | 'close'>

/** The thread of one session, seen from the one that feeds it. When it dies, its frames fail with it. */
export class SessionThread {
  /** Rejects as the model's worker says. */
  readonly ready: Promise<ReadyMessage>
  readonly exited: Promise<void>
  readonly #thread: Worker
  readonly #events: ThreadEvents
  readonly #tasks = new Map<number, FrameTask>()
  #nextId = 0
  #reason = 'its worker thread ended'

  constructor(job: SessionJob, events: ThreadEvents) {
    this.#events = events
    this.#thread = new Worker(workerUrl, { workerData: job, name: 'session', resourceLimits })
    const exit = Promise.withResolvers<void>()
    this.exited = exit.promise
    this.ready = new Promise((resolve, reject) => {
      this.#thread.on('message', (message: FromWorker) => {
        if (message.type === 'ready') resolve(message)
        else if (message.type === 'refused') reject(new SightlineError(message.code, message.message))
        else if (message.type === 'lost') events.onLost(message)
        else this.#finish(message)
      })
      this.#thread.on('error', error => {
        this.#reason = error instanceof Error ? error.message : String(error)
      })
      this.#thread.on('exit', () => {
        reject(runFailed(job.path, this.#reason))
        for (const { done } of this.#tasks.values()) done(runFailed(job.path, this.#reason))
        this.#tasks.clear()
        events.onExit(this, this.#reason)
        exit.resolve()
      })
    })
  }

  /** Frames that it has. */
  get load(): number {
    return this.#tasks.size
  }

  run(tasks: readonly FrameTask[]): void {
    const frames = tasks.map(task => {
      const id = this.#nextId++
      this.#tasks.set(id, task)
      return { id, slot: task.slot, placed: task.placed, rules: task.rules }
    })
    this.#post({ type: 'run', frames })
  }

  /** Ends it once it has finished what it has. */
  close(): void {
    this.#post({ type: 'close' })
  }

  #post(message: ToWorker): void {
    this.#thread.postMessage(message)
  }

  #finish({ frames, runMs, tooMany }: ResultsMessage): void {
    for (const frame of frames) {
      const task = this.#tasks.get(frame.id)
      this.#tasks.delete(frame.id)
      task?.done('result' in frame ? frame.result : new SightlineError('SL_MODEL_RUN_FAILED', frame.failure))
    }
    this.#events.onRun(frames.length, runMs, tooMany)
  }
}

/** @param reason as the end of a sentence */
export function runFailed(path: string, reason: string): SightlineError {
  return new SightlineError('SL_MODEL_RUN_FAILED', `${path} could not be run: ${reason}.`, { retryable: true })
}
