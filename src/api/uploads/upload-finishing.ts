import { setTimeout as pause } from 'node:timers/promises'
import { backOffMs } from '../../core/back-off.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import { isInside, toldMessage } from '../../core/told-message.ts'
import { readHead, videoType } from './content-head.ts'
import type { UploadRecord, UploadRecords } from './upload-records.ts'

/** What becomes of a file once all of it is here. Each may be done again after a restart, and then gives the same. */
export interface UploadSteps {
  /**
   * Opens the file where it can do no harm.
   * @throws SL_INPUT_… for what is no video that can be analysed, SL_JOB_… for what breaks a limit or the process
   */
  check(path: string, id: string, signal: AbortSignal): Promise<void>
  /** Keeps it, and gives its digest. */
  keep(path: string, upload: UploadRecord, contentType: string, signal: AbortSignal): Promise<string>
  /** Queues its analysis, and gives the job's id. */
  order(upload: UploadRecord, digest: string): Promise<string>
}

export interface FinishingOptions {
  readonly records: UploadRecords
  readonly steps: UploadSteps
  readonly pathOf: (id: string) => string
  readonly log: Pick<Logger, 'warn' | 'error'>
}

/** Files that are opened at the same time: each takes a process. */
const lanes = 2
const crashesBorne = 2
const backOff = { firstMs: 1000, longestMs: 60_000 }

/** Looks at what has arrived, keeps it and has it analysed, or says why not. Goes on after a restart. */
export class UploadFinishing implements AsyncDisposable {
  readonly #options: FinishingOptions
  readonly #active = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>()
  readonly #waiting: (() => void)[] = []
  #free = lanes

  constructor(options: FinishingOptions) {
    this.#options = options
  }

  begin(id: string): void {
    if (this.#active.has(id)) return
    const stop = new AbortController()
    const done = this.#toItsEnd(id, stop.signal).finally(() => this.#active.delete(id))
    this.#active.set(id, { stop, done })
  }

  /** Nothing more is done with it when this resolves. */
  async stop(id: string): Promise<void> {
    const active = this.#active.get(id)
    active?.stop.abort()
    await active?.done
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#active.keys()].map(id => this.stop(id)))
  }

  async #toItsEnd(id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#untilKnown(id, signal)
    } catch (error) {
      if (!signal.aborted) this.#options.log.error({ upload: id, err: error }, 'an upload could not be dealt with')
    }
  }

  /**
   * A store that is away is waited for, and a queue that is full; what the file itself is to blame for is told and not tried
   * again. Once it is kept it is opened no more, and nothing that waits holds a lane.
   */
  async #untilKnown(id: string, signal: AbortSignal): Promise<void> {
    const { records, log } = this.#options
    let digest: string | undefined
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        digest ??= await this.#inLane(() => this.#keep(id, signal))
        if (digest !== undefined) await this.#finish(id, digest)
        return
      } catch (error) {
        if (signal.aborted) return
        const failed = error instanceof SightlineError ? error : undefined
        const mayPass = failed?.retryable && (failed.code !== 'SL_JOB_CRASHED' || failures < crashesBorne)
        if (!mayPass) {
          const why = failed ?? { code: 'SL_INTERNAL' as const, message: '' }
          if (isInside(why.code)) log.error({ upload: id, err: error }, 'an upload failed')
          await records.change(id, { state: 'refused', error: { code: why.code, message: toldMessage(why) } })
          return await records.dropBytes(id)
        }
        log.warn({ upload: id, err: error }, 'an upload has to wait')
        await pause(backOffMs(failures, backOff), undefined, { signal }).catch(() => undefined)
      }
    }
  }

  async #inLane<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  /** Gives its digest; undefined for what was removed meanwhile. */
  async #keep(id: string, signal: AbortSignal): Promise<string | undefined> {
    const { records, steps, pathOf } = this.#options
    signal.throwIfAborted()
    const upload = records.find(id)
    if (!upload) return undefined
    const path = pathOf(id)
    const contentType = await videoType(await readHead(path))
    await steps.check(path, id, signal)
    const digest = await steps.keep(path, upload, contentType, signal)
    signal.throwIfAborted()
    return digest
  }

  async #finish(id: string, digest: string): Promise<void> {
    const { records, steps } = this.#options
    const upload = records.find(id)
    if (!upload) return
    const job = upload.analyse ? await steps.order(upload, digest) : null
    await records.change(id, { state: 'ready', digest, job })
    await records.dropBytes(id)
  }
}
