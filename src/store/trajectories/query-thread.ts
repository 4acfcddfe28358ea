import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { SightlineError } from '../../core/errors.ts'
import {
  type FromQueryThread,
  type PlacedChunk,
  type QueryAnswer,
  type QueryItem,
  type QueryTask,
  type ToQueryThread,
  threadDied
} from './query-messages.ts'
import type { ChunkBite, ChunkDamage } from './stored-chunk.ts'

/** Beside this file, in the sources as in a built tree. */
const workerUrl = new URL(`./query-worker${extname(import.meta.url)}`, import.meta.url)

/** What the thread said to one step of a query. */
export interface QueryStep {
  readonly items: readonly QueryItem[]
  readonly damaged: readonly ChunkDamage[]
  /** Of the last step. */
  readonly answer: QueryAnswer
}

interface Waiting {
  readonly items: QueryItem[]
  readonly resolve: (step: QueryStep) => void
  readonly reject: (error: unknown) => void
}

/** One question on its way: a step at a time. Disposing it forgets it. */
export interface OpenQuery extends Disposable {
  take(bite: ChunkBite): Promise<QueryStep>
  finish(): Promise<QueryStep>
}

/** The thread on which stored tracks are decoded. Started with the first question, and anew after it died. */
export class QueryThread implements AsyncDisposable {
  #worker: Worker | undefined
  readonly #waiting = new Map<number, Waiting>()
  #queries = 0
  #isClosed = false

  open(task: QueryTask): OpenQuery {
    const query = ++this.#queries
    this.#post({ query, type: 'open', task })
    return {
      take: bite => {
        const { message, transfer } = packed(query, bite)
        return this.#step(message, transfer)
      },
      finish: () => this.#step({ query, type: 'finish' }),
      [Symbol.dispose]: () => {
        this.#forget(query)
        this.#worker?.postMessage({ query, type: 'drop' } satisfies ToQueryThread)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = this.#worker
    this.#isClosed = true
    this.#worker = undefined
    this.#fail(closing())
    await worker?.terminate()
  }

  #step(message: ToQueryThread, transfer: readonly ArrayBuffer[] = []): Promise<QueryStep> {
    return new Promise((resolve, reject) => {
      this.#post(message, transfer)
      this.#waiting.set(message.query, { items: [], resolve, reject })
      this.#worker!.ref() // Whoever waits for an answer keeps the process alive; an idle thread does not.
    })
  }

  #post(message: ToQueryThread, transfer: readonly ArrayBuffer[] = []): void {
    if (this.#isClosed) throw closing()
    this.#worker ??= this.#start()
    this.#worker.postMessage(message, transfer)
  }

  #start(): Worker {
    const worker = new Worker(workerUrl)
    worker.unref()
    worker.on('message', (message: FromQueryThread) => this.#hear(message))
    const died = (cause: unknown) => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      this.#fail(threadDied(cause))
    }
    worker.once('error', died)
    worker.once('exit', died)
    return worker
  }

  #hear(message: FromQueryThread): void {
    const waiting = this.#waiting.get(message.query)
    if (!waiting) return
    if (message.type === 'items') {
      for (const item of message.items) waiting.items.push(item)
      return
    }
    this.#forget(message.query)
    const { items, resolve, reject } = waiting
    if (message.type === 'failed')
      reject(new SightlineError(message.code, message.message, { retryable: message.retryable }))
    else if (message.type === 'took') resolve({ items, damaged: message.damaged, answer: undefined })
    else resolve({ items, damaged: [], answer: message.answer })
  }

  #forget(query: number): void {
    this.#waiting.delete(query)
    if (this.#waiting.size === 0) this.#worker?.unref()
  }

  #fail(error: SightlineError): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

function closing(): SightlineError {
  return new SightlineError('SL_CANCELLED', 'The store is closing: nothing is read from it any more.')
}

/** A bite as a message: the chunks' bytes in one buffer, which goes over without being copied again. */
function packed(query: number, { head, isOver, chunks }: ChunkBite) {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0))
  let at = 0
  const placed = chunks.map(({ bytes: payload, ...chunk }): PlacedChunk => {
    bytes.set(payload, at)
    at += payload.length
    return { ...chunk, at: at - payload.length, length: payload.length }
  })
  const message: ToQueryThread = { query, type: 'take', head, isOver, chunks: placed, bytes }
  return { message, transfer: [bytes.buffer] }
}
