import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SightlineError } from '../core/errors.ts'
import { type Fit, pixelSlackBytes, requestBytes } from '../core/fit.ts'
import type { PixelSlot } from './detector.ts'
import { mayUseOnly } from './providers.ts'
import type { FromWorker, ReadyMessage, SessionJob, ToWorker } from './session-messages.ts'
import { pixelRequest, type TaskResult } from './session-task.ts'

/** Beside this file, in the sources as in a built tree. */
const workerUrl = new URL(`./session-worker${extname(import.meta.url)}`, import.meta.url)

/**
 * Slots for each session: one whose frame is being worked on and one that is filled meanwhile. More would
 * only let frames grow old.
 */
const slotsPerSession = 2
/** A session's JavaScript handles a few hundred numbers a frame: without a limit V8 lets garbage grow to tens of megabytes. */
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 256 }

interface PendingRun {
  readonly worker: SessionWorker
  readonly slot: SharedSlot
  readonly resolve: (result: TaskResult) => void
  readonly reject: (error: SightlineError) => void
}

interface SharedSlot extends PixelSlot {
  readonly index: number
  state: 'free' | 'acquired' | 'running'
}

interface SessionWorker {
  readonly thread: Worker
  readonly exited: Promise<void>
  running: number
}

/**
 * Several sessions of one model, each on a thread of its own, and the slots that carry frames to them.
 * A worker that dies takes its frames with it; the others go on.
 */
export class SessionPool implements AsyncDisposable {
  readonly #path: string
  readonly #workers: SessionWorker[] = []
  readonly #slots: SharedSlot[]
  readonly #waiting: { resolve: (slot: PixelSlot) => void; reject: (error: SightlineError) => void }[] = []
  readonly #pending = new Map<number, PendingRun>()
  #nextId = 0
  #closed = false
  #about: ReadyMessage | undefined

  private constructor(job: SessionJob, slotCount: number) {
    this.#path = job.path
    this.#slots = Array.from({ length: slotCount }, (_, index) => ({
      index,
      state: 'free',
      pixels: Buffer.from(job.slots, index * (job.slotBytes + pixelSlackBytes), job.slotBytes + pixelSlackBytes)
    }))
  }

  /**
   * @param concurrency sessions to open on a CPU, one for each core by default; on a GPU there is one
   * @throws SightlineError as the model's worker says
   */
  static async open(
    job: Omit<SessionJob, 'slots' | 'slotBytes'>,
    concurrency = availableParallelism()
  ): Promise<SessionPool> {
    const slotBytes = requestBytes(pixelRequest(job.input))
    const slotCount = concurrency * slotsPerSession
    const slots = new SharedArrayBuffer(slotCount * (slotBytes + pixelSlackBytes))
    const complete = { ...job, slotBytes, slots }
    const pool = new SessionPool(complete, slotCount)
    try {
      // Where there may be a graphics card, the first session tells: such a card gets no second one.
      const several = mayUseOnly('cpu', job.provider)
      const first = Array.from({ length: several ? concurrency : 1 }, () => pool.#start(complete))
      pool.#about = (await Promise.all(first))[0]!
      if (!several && pool.provider === 'cpu')
        await Promise.all(Array.from({ length: concurrency - 1 }, () => pool.#start({ ...complete, provider: 'cpu' })))
      return pool
    } catch (error) {
      await pool[Symbol.asyncDispose]()
      throw error
    }
  }

  /** What the sessions are and give. */
  get about(): ReadyMessage {
    return this.#about!
  }

  get provider() {
    return this.about.provider
  }

  get concurrency(): number {
    return this.#workers.length
  }

  acquire(): Promise<PixelSlot> {
    if (this.#closed) return Promise.reject(this.#cancelled())
    const free = this.#slots.find(slot => slot.state === 'free')
    if (!free) return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
    free.state = 'acquired'
    return Promise.resolve(free)
  }

  release(slot: PixelSlot): void {
    this.#free(this.#own(slot))
  }

  /** The result for the frame that lies in `slot`, there where `placed` says. Rejects with SL_MODEL_RUN_FAILED. */
  run(slot: PixelSlot, placed: Fit): Promise<TaskResult> {
    const own = this.#own(slot)
    const worker = this.#leastBusy()
    if (!worker || this.#closed) {
      this.#free(own)
      return Promise.reject(this.#closed ? this.#cancelled() : this.#failed('all its worker threads have died'))
    }
    own.state = 'running'
    worker.running++
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { worker, slot: own, resolve, reject })
      post(worker, { type: 'run', id, slot: own.index, placed })
    })
  }

  /** Frames under way are finished first. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closed) {
      this.#closed = true
      for (const { reject } of this.#waiting.splice(0)) reject(this.#cancelled())
      for (const worker of this.#workers) post(worker, { type: 'close' })
    }
    await Promise.all(this.#workers.map(worker => worker.exited))
  }

  #start(job: SessionJob): Promise<ReadyMessage> {
    const thread = new Worker(workerUrl, { workerData: job, name: 'session', resourceLimits })
    const { promise: exited, resolve: exit } = Promise.withResolvers<void>()
    const worker: SessionWorker = { thread, exited, running: 0 }
    this.#workers.push(worker)
    return new Promise((resolve, reject) => {
      let reason = 'its worker thread ended'
      thread.on('message', (message: FromWorker) => {
        if (message.type === 'ready') resolve(message)
        else if (message.type === 'refused') reject(new SightlineError(message.code, message.message))
        else this.#finish(message)
      })
      thread.on('error', error => {
        reason = error instanceof Error ? error.message : String(error)
      })
      thread.on('exit', () => {
        reject(this.#failed(reason))
        this.#bury(worker, reason)
        exit()
      })
    })
  }

  #finish(message: Extract<FromWorker, { type: 'result' | 'failed' }>): void {
    const run = this.#pending.get(message.id)
    if (!run) return
    this.#pending.delete(message.id)
    run.worker.running--
    this.#free(run.slot)
    if (message.type === 'result') run.resolve(message.result)
    else run.reject(new SightlineError('SL_MODEL_RUN_FAILED', message.message))
  }

  #bury(worker: SessionWorker, reason: string): void {
    this.#workers.splice(this.#workers.indexOf(worker), 1)
    for (const [id, run] of this.#pending) {
      if (run.worker !== worker) continue
      this.#pending.delete(id)
      this.#free(run.slot)
      run.reject(this.#failed(reason))
    }
  }

  #leastBusy(): SessionWorker | undefined {
    return this.#workers.reduce<SessionWorker | undefined>(
      (best, worker) => (best && best.running <= worker.running ? best : worker),
      undefined
    )
  }

  #own(slot: PixelSlot): SharedSlot {
    const own = this.#slots.find(candidate => candidate === slot)
    if (own?.state === 'acquired') return own
    throw new SightlineError('SL_INTERNAL', 'A pixel slot was used without being acquired, or after it was given back.')
  }

  #free(slot: SharedSlot): void {
    const next = this.#waiting.shift()
    slot.state = next ? 'acquired' : 'free'
    next?.resolve(slot)
  }

  #failed(reason: string): SightlineError {
    return new SightlineError('SL_MODEL_RUN_FAILED', `${this.#path} could not be run: ${reason}.`, { retryable: true })
  }

  #cancelled(): SightlineError {
    return new SightlineError('SL_CANCELLED', `${this.#path} was closed before this frame's turn came.`)
  }
}

function post(worker: SessionWorker, message: ToWorker): void {
  worker.thread.postMessage(message)
}
