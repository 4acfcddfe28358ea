import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SightlineError } from '../../core/errors.ts'
import { loaders } from '../../core/loaders.ts'
import { isFatal, sqliteError } from './sqlite-errors.ts'
import type { Answer, Ask, FromThread, ThreadJob } from './thread-messages.ts'

/** Beside this file, in the sources as in a built tree. */
const entry = new URL(`./thread-entry${extname(import.meta.url)}`, import.meta.url)

interface Pending {
  readonly rows: unknown[]
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: SightlineError) => void
}

/** A thread with one connection to the store's file. What is asked of it is answered one after the other. */
export class SqliteThread {
  readonly #file: string
  readonly #worker: Worker
  readonly #pending: Pending[] = []
  readonly #onFatal: (error: SightlineError) => void
  readonly exited: Promise<void>
  #ended: SightlineError | undefined

  /** @param onFatal told when the disk cannot be trusted any more */
  constructor(name: string, job: ThreadJob, onFatal: (error: SightlineError) => void) {
    this.#file = job.file
    this.#onFatal = onFatal
    this.#worker = new Worker(entry, { workerData: job, name, execArgv: loaders() })
    const { promise, resolve } = Promise.withResolvers<void>()
    this.exited = promise
    let reason = 'its thread ended'
    this.#worker.on('message', (message: FromThread) => this.#receive(message))
    this.#worker.on('error', error => {
      reason = error instanceof Error ? error.message : String(error)
    })
    this.#worker.on('exit', () => {
      this.#end(`could not be asked: ${reason}`)
      resolve()
    })
  }

  /** False once it was abandoned or has ended. */
  get usable(): boolean {
    return this.#ended === undefined
  }

  ask(ask: Ask): Promise<Answer> {
    if (this.#ended) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#pending.push({ rows: [], resolve, reject })
      this.#worker.postMessage(ask)
    })
  }

  async close(): Promise<void> {
    if (this.usable) await this.ask({ type: 'close' })
    await this.exited
  }

  /**
   * Gives it up in the middle of a statement. SQLite has no way to stop one that Node offers: it goes on until it has
   * its next row, and the thread ends then.
   */
  abandon(): void {
    this.#end('was closed')
    this.#worker.unref()
    void this.#worker.terminate()
  }

  #receive(message: FromThread): void {
    const pending = this.#pending[0]
    if (!pending) return
    if (message.type === 'part') {
      for (const row of message.rows) pending.rows.push(row)
      return
    }
    this.#pending.shift()
    if (message.type === 'answer') {
      const { rows, changes } = message.answer
      for (const row of rows) pending.rows.push(row)
      pending.resolve({ rows: pending.rows, changes })
      return
    }
    const error = sqliteError(message.failure, this.#file)
    if (isFatal(message.failure.errcode)) {
      this.#ended = error
      // At once, while readers have the file open: whoever closes it last carries the write-ahead log over, and its
      // pages may not be what was written.
      void this.#worker.terminate()
      this.#onFatal(error)
    }
    pending.reject(error)
  }

  #end(what: string): void {
    this.#ended ??= new SightlineError('SL_STORE_UNAVAILABLE', `The store ${this.#file} ${what}.`, { retryable: true })
    for (const { reject } of this.#pending.splice(0)) reject(this.#ended)
  }
}
