import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Health, Problem } from '../core/health.ts'
import type { Logger } from '../core/log.ts'
import type { DeadLetters } from './dead-letters.ts'
import { keepDamagedFiles, removeDelivered } from './log-removal.ts'
import { LogTail } from './log-tail.ts'
import { namesIn } from './segment-file.ts'
import type { Sink } from './sink.ts'
import { type FeedOptions, SinkFeed } from './sink-feed.ts'
import { isLog } from './writer-lock.ts'

export interface LogFeederOptions extends FeedOptions {
  /** Folder of all logs. */
  readonly logs: string
  readonly sinks: readonly Sink[]
  readonly deadLetters: DeadLetters
  readonly log: Logger
  /**
   * Bytes of all logs beyond which nothing is kept for sinks that are not required: they miss what they have not
   * taken by then. What required sinks wait for is kept whatever it takes. Default 8 GiB.
   */
  readonly budgetBytes?: number
  /** How often it looks for logs that have come and for files that are done with. Default 250. */
  readonly scanMs?: number
}

interface Fed {
  readonly tail: LogTail
  readonly feeds: readonly SinkFeed[]
  readonly running: Promise<unknown>
}

/** A log all of whose records are delivered, on its way out: its sinks have yet to forget it. */
const gone = '.gone-'

/** Carries what the workers' logs hold into the sinks, each at its own pace, and removes what all have. */
export class LogFeeder implements Health, AsyncDisposable {
  readonly #options: LogFeederOptions
  #budgetBytes: number
  readonly #fed = new Map<string, Fed>()
  readonly #counts = { logsRemoved: 0, segmentsRemoved: 0 }
  /** Logs on their way out. */
  readonly #retiring = new Map<string, Promise<void>>()
  readonly #swept: Promise<void>
  #timer: NodeJS.Timeout | undefined
  #closed = false
  #bytes = 0

  /** Begins at once. */
  constructor(options: LogFeederOptions) {
    this.#options = options
    this.#budgetBytes = options.budgetBytes ?? 8 * 2 ** 30
    this.#swept = this.#sweep().then(() => this.#scan())
  }

  /** Another budget, from the next look on. */
  follow(budgetBytes: number): void {
    this.#budgetBytes = budgetBytes
  }

  /** The writer of the log `name` says that it has committed, as it will each time. */
  wake(name: string): void {
    const fed = this.#fed.get(name)
    if (fed) fed.tail.told()
    else this.#scan()
  }

  /**
   * Throws a log away with all that was not delivered of it: of a job that was given up. Its writer has to be gone.
   */
  async discard(name: string): Promise<void> {
    const { logs, deadLetters, log } = this.#options
    if (this.#closed) return
    const fed = this.#fed.get(name) ?? {
      tail: new LogTail({ logs, name, deadLetters, log }),
      feeds: [],
      running: Promise.resolve()
    }
    this.#fed.set(name, fed)
    const retiring = this.#retiring.get(name) ?? this.#retire(name, fed)
    this.#retiring.set(name, retiring)
    await retiring
  }

  problems(): readonly Problem[] {
    return [...this.#fed.values()].flatMap(({ feeds }) => feeds.flatMap(feed => feed.problems()))
  }

  /** By log and sink: positions, lags, counts; bytes on the disk. */
  snapshot() {
    const logs = [...this.#fed].map(([name, { tail, feeds }]) => ({
      name,
      alive: tail.alive,
      bytes: tail.reader.bytes(),
      ...tail.snapshot(),
      sinks: feeds.map(feed => ({ name: feed.sink.name, required: feed.sink.required, ...feed.snapshot() }))
    }))
    return { ...this.#counts, bytes: this.#bytes, deadLetters: this.#options.deadLetters.snapshot(), logs }
  }

  /** Stops when each sink is done with what it has. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#swept
    await Promise.all(this.#retiring.values())
    for (const { tail, feeds } of this.#fed.values()) {
      for (const feed of feeds) feed.stop()
      tail.wake()
    }
    await Promise.all([...this.#fed.values()].map(({ running }) => running))
    for (const { tail } of this.#fed.values()) tail[Symbol.dispose]()
  }

  #scan(): void {
    if (this.#closed) return
    clearTimeout(this.#timer)
    try {
      for (const name of namesIn(this.#options.logs)) {
        if (!name.startsWith('.') && !this.#fed.has(name) && isLog(join(this.#options.logs, name))) this.#begin(name)
      }
      this.#tidy()
    } catch (error) {
      this.#options.log.error({ err: error }, 'the logs could not be looked through; it is tried again')
    }
    this.#timer = setTimeout(() => this.#scan(), this.#options.scanMs ?? 250)
  }

  #begin(name: string): void {
    const { logs, sinks, deadLetters, log } = this.#options
    const tail = new LogTail({ logs, name, deadLetters, log })
    const feeds = sinks.map(sink => new SinkFeed(tail, sink, deadLetters, log, this.#options))
    this.#fed.set(name, { tail, feeds, running: Promise.all(feeds.map(feed => feed.run())) })
  }

  #tidy(): void {
    this.#bytes = [...this.#fed.values()].reduce((sum, { tail }) => sum + tail.reader.bytes(), 0)
    for (const [name, fed] of this.#fed) {
      if (this.#retiring.has(name)) continue
      const over = this.#bytes > this.#budgetBytes
      const waiting = over ? fed.feeds.filter(({ sink }) => sink.required) : fed.feeds
      if (!fed.tail.alive && waiting.every(({ ended }) => ended)) this.#retiring.set(name, this.#retire(name, fed))
      else this.#counts.segmentsRemoved += removeDelivered(fed.tail.reader, waiting)
    }
  }

  /** The folder goes in one step; then the positions, which mean nothing any more; then the bytes. Never rejects. */
  async #retire(name: string, { tail, feeds, running }: Fed): Promise<void> {
    const { logs, log } = this.#options
    for (const feed of feeds) feed.stop()
    tail.wake()
    await running
    try {
      tail[Symbol.dispose]()
      keepDamagedFiles(tail.reader)
      if (existsSync(join(logs, name))) await rename(join(logs, name), join(logs, `${gone}${name}`))
      this.#counts.logsRemoved++
      await this.#forget(name)
    } catch (error) {
      log.warn({ log: name, err: error }, 'a delivered log could not be removed; it is tried again')
    }
    this.#fed.delete(name)
    this.#retiring.delete(name)
  }

  async #forget(name: string): Promise<void> {
    const { logs, sinks } = this.#options
    for (const sink of sinks) await sink.forget(name)
    await rm(join(logs, `${gone}${name}`), { recursive: true, force: true })
  }

  /** What was on its way when everything ended. Never rejects. */
  async #sweep(): Promise<void> {
    const { logs, log } = this.#options
    try {
      for (const name of namesIn(logs)) {
        // Folders that were being begun hold nothing.
        if (name.endsWith('.new')) await rm(join(logs, name), { recursive: true, force: true })
        if (name.startsWith(gone)) await this.#forget(name.slice(gone.length))
      }
    } catch (error) {
      log.warn({ err: error }, 'a delivered log could not be removed; it is tried again at the next start')
    }
  }
}
