import { SightlineError } from '../../core/errors.ts'
import type { SqliteThread } from './sqlite-thread.ts'

/** Threads that were given up and still compute. Beyond these nothing new is started until one has ended. */
const mostAbandoned = 4
/** Whoever waits. More would only be answered when nobody wants to know any more. */
const mostWaiting = 2000

interface Waiting {
  readonly resolve: (thread: SqliteThread) => void
  readonly reject: (error: SightlineError) => void
  readonly timer: NodeJS.Timeout
}

/** Up to `size` threads, each lent to one at a time, first come, first served. A thread that died is replaced. */
export class ThreadPool implements AsyncDisposable {
  readonly #size: number
  readonly #start: () => SqliteThread
  readonly #waitMs: number
  readonly #idle: SqliteThread[] = []
  readonly #lent = new Set<SqliteThread>()
  readonly #abandoned = new Set<SqliteThread>()
  readonly #ending = new Set<SqliteThread>()
  readonly #waiting: Waiting[] = []
  readonly #restMs: number | undefined
  #resting: NodeJS.Timeout | undefined
  #closed: SightlineError | undefined

  /**
   * @param waitMs how long somebody waits for a thread before being told that there is none
   * @param restMs after which those that nobody wants end, counted from when one was given back last; never, if not given
   */
  constructor(size: number, start: () => SqliteThread, waitMs: number, restMs?: number) {
    this.#size = size
    this.#start = start
    this.#waitMs = waitMs
    this.#restMs = restMs
  }

  borrow(): Promise<SqliteThread> {
    if (this.#closed) return Promise.reject(this.#closed)
    const free = this.#waiting.length === 0 ? this.#free() : undefined
    if (free) return Promise.resolve(free)
    if (this.#waiting.length >= mostWaiting) return Promise.reject(unavailable(`has ${mostWaiting} requests waiting`))
    return new Promise((resolve, reject) => {
      const waiting = { resolve, reject, timer: setTimeout(() => this.#giveUp(waiting), this.#waitMs) }
      this.#waiting.push(waiting)
    })
  }

  giveBack(thread: SqliteThread): void {
    this.#lent.delete(thread)
    if (this.#closed) this.#endNow(thread)
    else if (thread.usable) this.#rest(thread)
    this.#serve()
  }

  /** Instead of `giveBack`, for a thread in the middle of a statement that takes too long. */
  abandon(thread: SqliteThread): void {
    this.#lent.delete(thread)
    this.#abandoned.add(thread)
    thread.abandon()
    void thread.exited.then(() => {
      this.#abandoned.delete(thread)
      this.#serve()
    })
    this.#serve()
  }

  /** From now on everybody is told this. */
  refuse(error: SightlineError): void {
    this.#closed ??= error
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer)
      reject(this.#closed)
    }
  }

  /** Threads that are lent out finish what they are asked; those given up are not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.refuse(unavailable('was closed', false))
    const threads = [...this.#idle.splice(0), ...this.#lent]
    const closed = threads.map(thread => thread.close().catch(() => undefined))
    await Promise.all([...closed, ...Array.from(this.#ending, thread => thread.exited)])
  }

  #rest(thread: SqliteThread): void {
    this.#idle.push(thread)
    if (this.#restMs === undefined) return
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => {
      for (const idle of this.#idle.splice(0)) this.#endNow(idle)
    }, this.#restMs).unref()
  }

  #endNow(thread: SqliteThread): void {
    this.#ending.add(thread)
    void thread.close().catch(() => undefined)
    void thread.exited.then(() => this.#ending.delete(thread))
  }

  #free(): SqliteThread | undefined {
    let thread = this.#idle.pop()
    while (thread && !thread.usable) thread = this.#idle.pop()
    const running = this.#idle.length + this.#lent.size + Math.max(0, this.#abandoned.size - mostAbandoned)
    if (!thread && running < this.#size) thread = this.#start()
    if (thread) this.#lent.add(thread)
    return thread
  }

  #serve(): void {
    while (this.#waiting.length > 0 && !this.#closed) {
      const thread = this.#free()
      if (!thread) return
      const { resolve, timer } = this.#waiting.shift()!
      clearTimeout(timer)
      resolve(thread)
    }
  }

  #giveUp(waiting: Waiting): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
    waiting.reject(unavailable(`was busy with others for ${this.#waitMs / 1000} s`))
  }
}

function unavailable(what: string, retryable = true): SightlineError {
  return new SightlineError('SL_STORE_UNAVAILABLE', `The store ${what}.`, { retryable })
}
