import { readdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { brokenEpochs } from '../store/broken-epochs.ts'
import type { StoreDatabase } from '../store/database.ts'
import { Jobs } from '../store/jobs.ts'
import { isWorkersLog } from './former-logs.ts'
import type { StreamPast } from './streams/stream-hosts.ts'

export interface PastOptions {
  /** Where the workers' logs are. */
  readonly logs: string
  /** Names of the logs that are being written. */
  readonly running: () => ReadonlySet<string>
  readonly database: () => StoreDatabase
  readonly signal: AbortSignal
}

interface Asked {
  readonly stream: string
  readonly upTo: number
  readonly answer: (past: StreamPast | PromiseLike<StreamPast>) => void
}

/** How streams' former lives ended. A hundred that begin together are asked for together: few questions take the store's time. */
export class StreamPasts {
  readonly #options: PastOptions
  #asked: Asked[] = []

  constructor(options: PastOptions) {
    this.#options = options
  }

  /** How a stream's epochs up to `upTo` ended, once all that its former workers logged is in the store. */
  of(stream: string, upTo: number): Promise<StreamPast> {
    if (this.#asked.length === 0) setImmediate(() => void this.#look())
    return new Promise(answer => this.#asked.push({ stream, upTo, answer }))
  }

  async #look(): Promise<void> {
    const asked = this.#asked.splice(0)
    const known = this.#known(asked.map(({ stream }) => stream))
    for (const { stream, upTo, answer } of asked)
      answer(
        known.then(async ({ store, highest, ofJobs }) => {
          const last = highest.get(stream)
          const broken = last === undefined ? [] : await brokenEpochs(store, stream, upTo)
          return { highest: Math.max(last ?? 0, ofJobs.get(stream) ?? 0), broken }
        })
      )
  }

  /** The highest epochs of those that had any. */
  async #known(streams: readonly string[]) {
    await this.#stored()
    const store = this.#options.database()
    const spans = await store.sql
      .selectFrom('event_spans')
      .select(({ fn }) => ['stream', fn.max('epoch').as('epoch')])
      .where('stream', 'in', streams)
      .groupBy('stream')
      .execute()
    const highest = new Map(spans.map(({ stream, epoch }) => [stream, epoch]))
    return { store, highest, ofJobs: await new Jobs(store).highestEpochs(streams) }
  }

  async #stored(): Promise<void> {
    const { logs, running, signal } = this.#options
    const written = running()
    const left = (await readdir(logs)).filter(name => isWorkersLog(logs, name) && !written.has(name))
    while (left.some(name => isWorkersLog(logs, name))) await pause(50, undefined, { signal })
  }
}
