import type { ModelPull } from '../contract/api/model.ts'
import { SightlineError } from '../core/errors.ts'
import type { Logger } from '../core/log.ts'
import type { ModelStore } from '../vision/model-store.ts'

export interface PullsOptions {
  readonly openModels: () => Promise<ModelStore>
  readonly log: Pick<Logger, 'info' | 'warn'>
}

interface Pull {
  told: ModelPull
  readonly stopping: AbortController
  readonly ended: Promise<void>
}

/** A line is shared by all; raise it where many models come over a fast one. */
const mostAtOnce = 2

/** Downloads of models that somebody asked for, on this machine. They end with this; the next one goes on from there. */
export class ModelPulls implements AsyncDisposable {
  readonly #options: PullsOptions
  /** By model; the last that failed stays until the next. */
  readonly #pulls = new Map<string, Pull>()
  #isClosed = false

  constructor(options: PullsOptions) {
    this.#options = options
  }

  /** How far one is, or why the last one failed. */
  of(name: string): ModelPull | undefined {
    return this.#pulls.get(name)?.told
  }

  /** False where nothing has to be done. @throws SL_MODEL_UNKNOWN, SL_OPTION_CONFLICT, SL_LIMIT_REACHED */
  async begin(name: string): Promise<boolean> {
    const store = await this.#options.openModels()
    const entry = store.entry(name)
    const isHere = (await store.present()).has(name)
    if (isHere || this.#isRunning(name) || this.#isClosed) return false
    if (entry.url === undefined)
      throw new SightlineError(
        'SL_OPTION_CONFLICT',
        `The catalogue does not say where to get ${name}: put ${entry.file} into a folder of SIGHTLINE_MODELS.`
      )
    const running = [...this.#pulls.keys()].filter(each => this.#isRunning(each))
    if (running.length >= mostAtOnce)
      throw new SightlineError(
        'SL_LIMIT_REACHED',
        `${running.join(' and ')} are being downloaded, as many as may be at once: wait for one, or cancel it.`
      )
    const stopping = new AbortController()
    const told: ModelPull = {
      ...{ state: 'running' as const, startedMs: Date.now(), doneBytes: 0, error: null },
      totalBytes: entry.bytes ?? null
    }
    const pull: Pull = { told, stopping, ended: this.#download(name, store, stopping.signal) }
    this.#pulls.set(name, pull)
    return true
  }

  /** Has ended when this resolves. False where there was none. */
  async cancel(name: string): Promise<boolean> {
    if (!this.#isRunning(name)) return false
    const { stopping, ended } = this.#pulls.get(name)!
    stopping.abort()
    await ended
    return true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#pulls.keys()].map(name => this.cancel(name)))
  }

  #isRunning(name: string): boolean {
    return this.of(name)?.state === 'running'
  }

  async #download(name: string, store: ModelStore, signal: AbortSignal): Promise<void> {
    const { log } = this.#options
    const beganMs = performance.now()
    try {
      await store.resolve(name, {
        signal,
        onProgress: ({ doneBytes, totalBytes }) =>
          this.#tell(name, told => ({ ...told, doneBytes, totalBytes: totalBytes ?? told.totalBytes }))
      })
      this.#pulls.delete(name)
      log.info({ model: name, tookMs: Math.round(performance.now() - beganMs) }, 'a model was downloaded')
    } catch (error) {
      if (signal.aborted) return void this.#pulls.delete(name)
      log.warn({ model: name, err: error }, 'a model could not be downloaded')
      const { code = 'SL_INTERNAL', message } = error as Partial<SightlineError> & Error
      this.#tell(name, told => ({ ...told, state: 'failed', error: { code, message } }))
    }
  }

  #tell(name: string, next: (told: ModelPull) => ModelPull): void {
    const pull = this.#pulls.get(name)
    if (pull) pull.told = next(pull.told)
  }
}
