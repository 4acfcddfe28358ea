import { availableParallelism } from 'node:os'
import { type DurationCounts, Durations } from '../core/durations.ts'
import { SightlineError } from '../core/errors.ts'
import { type Fit, requestBytes } from '../core/fit.ts'
import { Batcher } from './batcher.ts'
import type { PixelSlot } from './detector.ts'
import type { BoxRules } from './post-processing.ts'
import { mayUseOnly, type Provider, usualBatch } from './providers.ts'
import type { LostMessage, ReadyMessage, SessionJob } from './session-messages.ts'
import { pixelRequest, type TaskResult } from './session-task.ts'
import { type FrameTask, type PoolThread, runFailed, SessionThread, type ThreadEvents } from './session-thread.ts'
import { SlotRing } from './slot-ring.ts'

/**
 * Batches that each session has slots for: one that is being worked on and one that is filled meanwhile. More would
 * only let frames grow old.
 */
const batchesPerSession = 2
const usualWaitMs = 4

export interface PoolOptions {
  /** Sessions to open on a CPU, one for each core by default; on a graphics card there is one. */
  readonly concurrency?: number
  /**
   * How long a frame waits for others that are being put into slots, in milliseconds; 4 by default. Raise it for fuller
   * batches, at that much age.
   */
  readonly batchWaitMs?: number
  /** Told when batches of more than `most` frames do not go well any more. */
  readonly onSmallerBatch?: (most: number, reason: string) => void
  /** Told when what ran the model has failed and the processor goes on. */
  readonly onLost?: (provider: Provider, reason: string) => void
  /** Default: a thread with a session. */
  readonly startThread?: (job: SessionJob, events: ThreadEvents) => PoolThread
}

type Job = Omit<SessionJob, 'slots' | 'slotBytes'>

/**
 * Several sessions of one model, each on a thread of its own, and the slots that carry frames to them: one by one, or
 * in batches where those pay. A session that dies takes its frames with it; the others go on.
 */
export class SessionPool implements AsyncDisposable {
  readonly #path: string
  readonly #options: PoolOptions
  /** All that live; frames go to those of them that are ready. */
  readonly #threads = new Set<PoolThread>()
  readonly #ready = new Set<PoolThread>()
  readonly #slots: SlotRing
  #batcher: Batcher<FrameTask>
  #batches: number[] = []
  readonly #runs = new Durations()
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #about: ReadyMessage | undefined
  #losses = 0

  private constructor(path: string, slots: SlotRing, options: PoolOptions) {
    this.#path = path
    this.#slots = slots
    this.#options = options
    this.#batcher = this.#batcherOf(1)
  }

  /** @throws SightlineError as the model's worker says */
  static async open(job: Job, options: PoolOptions = {}): Promise<SessionPool> {
    const { concurrency = availableParallelism() } = options
    const slots = new SlotRing(requestBytes(pixelRequest(job.input)), mostAtOnce(job, concurrency) * batchesPerSession)
    const pool = new SessionPool(job.path, slots, options)
    try {
      await pool.#begin({ ...job, slotBytes: slots.frameBytes, slots: slots.memory }, concurrency)
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

  /** How often the processor had to take over. */
  get losses(): number {
    return this.#losses
  }

  /** Sessions that frames can go to. */
  get concurrency(): number {
    return this.#ready.size
  }

  /** Frames that go through a session at once, at most. */
  get batch(): number {
    return this.#batcher.most
  }

  /** Runs so far by how many frames went through at once: those of one at index 0. */
  get batches(): readonly number[] {
    return this.#batches
  }

  /** How long the model took, run by run. */
  get runs(): DurationCounts {
    return this.#runs
  }

  acquire(): Promise<PixelSlot> {
    return this.#closed ? Promise.reject(this.#cancelled()) : this.#slots.acquire()
  }

  release(slot: PixelSlot): void {
    this.#slots.release(slot)
    this.#dispatch()
  }

  /**
   * The result for the frame that lies in `slot`, there where `placed` says; `rules` are for the boxes of detectors.
   * Rejects with SL_MODEL_RUN_FAILED.
   */
  run(slot: PixelSlot, placed: Fit, rules?: BoxRules): Promise<TaskResult> {
    if (this.#closed || this.#threads.size === 0) {
      this.#slots.release(slot)
      return Promise.reject(
        this.#closed ? this.#cancelled() : runFailed(this.#path, 'all its worker threads have died')
      )
    }
    const { promise, resolve, reject } = Promise.withResolvers<TaskResult>()
    const own = this.#slots.fill(slot)
    const done = (outcome: TaskResult | SightlineError) => {
      this.#slots.free(own)
      if (outcome instanceof SightlineError) reject(outcome)
      else resolve(outcome)
    }
    this.#batcher.add({ slot: own.index, placed, rules, done }, performance.now())
    this.#dispatch()
    return promise
  }

  /** Frames under way are finished first. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closed) {
      this.#closed = true
      this.#slots.refuse(this.#cancelled())
      this.#dispatch()
      for (const thread of this.#threads) thread.close()
    }
    await Promise.all([...this.#threads].map(({ exited }) => exited))
  }

  async #begin(job: SessionJob, concurrency: number): Promise<void> {
    // Where there may be a graphics card, the first session tells: such a card gets no second one.
    const isProcessor = mayUseOnly('cpu', job.provider)
    const ready = await this.#start(job, isProcessor ? concurrency : 1)
    this.#about = ready[0]!
    if (!isProcessor && this.provider === 'cpu')
      ready.push(...(await this.#start({ ...job, provider: 'cpu' }, concurrency - 1)))
    // Memory may have run out between one session and the next.
    const most = Math.min(...ready.map(({ batch }) => batch.most))
    this.#batcher = this.#batcherOf(most)
    this.#batches = Array.from({ length: most }, () => 0)
    this.#slots.limit(this.concurrency * most * batchesPerSession)
  }

  #start(job: SessionJob, count: number): Promise<ReadyMessage[]> {
    const { startThread = (...parts) => new SessionThread(...parts) } = this.#options
    const events: ThreadEvents = {
      onRun: (frames, runMs, tooMany) => this.#finished(frames, runMs, tooMany),
      onLost: message => this.#lost(message, job),
      onExit: (thread, reason) => this.#bury(thread, reason)
    }
    // Each fails for itself, also where no thread can be begun.
    return Promise.all(Array.from({ length: count }, async () => this.#opened(startThread(job, events))))
  }

  async #opened(thread: PoolThread): Promise<ReadyMessage> {
    this.#threads.add(thread)
    const message = await thread.ready
    if (this.#threads.has(thread) && !this.#closed) this.#ready.add(thread)
    this.#dispatch()
    return message
  }

  /** Hands on what is to go now, and comes back when more is. A pool that closes waits for nothing. */
  #dispatch(): void {
    clearTimeout(this.#timer)
    for (;;) {
      const { dueMs } = this.#batcher
      const thread = this.#leastLoaded()
      if (dueMs === undefined || !thread) return
      const isIdle = thread.load === 0
      const nowMs = performance.now()
      const areMoreComing = this.#slots.areFilling && !this.#closed
      const tasks = this.#batcher.take({ nowMs, isIdle: isIdle || this.#closed, areMoreComing })
      if (tasks) thread.run(tasks)
      else {
        if (isIdle) this.#timer = setTimeout(() => this.#dispatch(), dueMs - nowMs)
        return
      }
    }
  }

  #finished(frames: number, runMs: number, tooMany: string | undefined): void {
    this.#batches[frames - 1]!++
    this.#runs.add(runMs / 1000)
    if (tooMany !== undefined && frames <= this.#batcher.most) {
      this.#batcher.lower(Math.floor(frames / 2))
      this.#options.onSmallerBatch?.(this.#batcher.most, tooMany)
    }
    this.#dispatch()
  }

  /** One session of a card becomes as many as there are cores for. */
  #lost({ provider, reason }: LostMessage, job: SessionJob): void {
    this.#losses++
    this.#options.onLost?.(provider, reason)
    if (!this.#about) return // It was lost before it was ready; what is there then is looked at then.
    this.#about = { ...this.#about, provider: 'cpu' }
    this.#batcher.lower(job.batch ?? usualBatch('cpu'))
    const { concurrency = availableParallelism() } = this.#options
    if (this.#closed || concurrency <= this.#threads.size) return
    // Those that cannot be had are not needed: the first goes on.
    this.#start({ ...job, provider: 'cpu' }, concurrency - this.#threads.size).catch(() => undefined)
    // A card that does one frame at a time has two slots, which are work for two cores.
    this.#slots.limit(Math.max(this.#slots.count, concurrency * this.batch * batchesPerSession))
  }

  #bury(thread: PoolThread, reason: string): void {
    this.#threads.delete(thread)
    this.#ready.delete(thread)
    if (this.#threads.size > 0) this.#dispatch()
    else for (const { done } of this.#batcher.drain()) done(runFailed(this.#path, reason))
  }

  #leastLoaded(): PoolThread | undefined {
    let best: PoolThread | undefined
    for (const thread of this.#ready) if (!best || thread.load < best.load) best = thread
    return best
  }

  #batcherOf(most: number): Batcher<FrameTask> {
    return new Batcher({ most, waitMs: this.#options.batchWaitMs ?? usualWaitMs })
  }

  #cancelled(): SightlineError {
    return new SightlineError('SL_CANCELLED', `${this.#path} was closed before this frame's turn came.`)
  }
}

/** What will run the model is not known before it does. Memory that nobody writes to costs nothing. */
function mostAtOnce({ provider, batch }: Job, concurrency: number): number {
  const onProcessor = concurrency * (batch ?? usualBatch('cpu'))
  return mayUseOnly('cpu', provider) ? onProcessor : Math.max(onProcessor, batch ?? usualBatch('cuda'))
}
