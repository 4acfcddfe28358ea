import { SightlineError } from '../../core/errors.ts'
import { type Fit, type PixelRequest, requestBytes } from '../../core/fit.ts'
import type { DetectionFamily } from '../families/family.ts'
import { mostSidePx } from '../load-model.ts'
import type { BoxRules } from '../post-processing.ts'
import { pixelRequest, type TaskResult } from '../session-task.ts'
import { dial } from './dial.ts'
import { nameOf, type RemotePlace } from './kserve-client.ts'
import { kindOf, type LocalTwin } from './remote-facts.ts'
import type { Exchange } from './remote-tally.ts'
import { RemoteThread } from './remote-thread.ts'

/** How a model on a server is asked. */
export interface RemoteOptions extends RemotePlace {
  /** Which family its outputs are of; that of the local model where that is the same one. */
  readonly family?: string | undefined
  /** Names of its classes; those of the local model where that is the same one, else by their number. */
  readonly labels?: readonly string[] | undefined
  /** How long one attempt may take, in milliseconds; 1000 by default. */
  readonly timeoutMs?: number | undefined
  /** How long a frame may take with all attempts, in milliseconds; 2000 by default. */
  readonly budgetMs?: number | undefined
  /** Pictures that are asked about at once; 4 by default. Raise it for a server that is far away or makes batches. */
  readonly concurrency?: number | undefined
}

export const usualTimeoutMs = 1000
export const usualBudgetMs = 2000
export const usualConcurrency = 4
/** What the model is, is asked once: no frame waits for it. */
const leastMetadataMs = 5000

/** Connections to a server's model that has been asked what it is and has looked at its first picture. */
export class RemoteLink implements AsyncDisposable {
  readonly request: PixelRequest
  readonly family: DetectionFamily
  labels: readonly string[] = []
  readonly #threads: readonly RemoteThread[]
  readonly #free: RemoteThread[]
  readonly #waiting: PromiseWithResolvers<RemoteThread>[] = []
  readonly #name: string
  readonly #ended: Promise<unknown>
  #isClosed = false
  #isGivenUp = false

  private constructor(name: string, request: PixelRequest, family: DetectionFamily, threads: readonly RemoteThread[]) {
    this.#name = name
    this.request = request
    this.family = family
    this.#threads = threads
    this.#free = [...threads]
    this.#ended = Promise.all(threads.map(({ exited }) => exited))
  }

  /**
   * @param twin the local model, which may be the same
   * @param signal as disposal, also of one that is being opened, or was retired
   * @throws SightlineError SL_REMOTE_…; SL_MODEL_… for a model that is not to be used
   */
  static async open(
    options: RemoteOptions,
    twin: (LocalTwin & { readonly labels: readonly string[] }) | undefined,
    onExchange: (exchange: Exchange) => void,
    signal?: AbortSignal
  ): Promise<RemoteLink> {
    const { timeoutMs = usualTimeoutMs, budgetMs = usualBudgetMs, concurrency = usualConcurrency } = options
    const place = { url: options.url, model: options.model, version: options.version }
    using client = dial(place)
    const hangUp = () => client[Symbol.dispose]()
    signal?.addEventListener('abort', hangUp)
    const metadata = await client
      .metadata(Math.max(budgetMs, leastMetadataMs))
      .finally(() => signal?.removeEventListener('abort', hangUp))
    const { facts, family, input, outputs, isTwin } = kindOf(metadata, place, options.family, twin)
    const size = family.input(facts)
    const name = nameOf(place)
    if (Math.max(size.width, size.height) > mostSidePx)
      throw new SightlineError(
        'SL_MODEL_INPUT_RANK',
        `The model ${name} takes pictures of ${size.width}×${size.height}; Sightline sends ${mostSidePx}×${mostSidePx} at most.`
      )
    const request = pixelRequest(size)
    const labels = options.labels ?? (isTwin ? twin?.labels : undefined)
    const areRowsOpen = family.varies?.(facts) ?? false
    const source = { place, input, outputs, isBinary: metadata.isBinary, areRowsOpen, timeoutMs, budgetMs }
    const model = { path: name, input: size, facts, labels }
    const threads = Array.from({ length: concurrency }, () => {
      const pixels = new SharedArrayBuffer(requestBytes(request))
      return new RemoteThread({ source, family: family.name, model, pixels }, onExchange)
    })
    const link = new RemoteLink(name, request, family, threads)
    const giveUp = () => void link[Symbol.asyncDispose]()
    signal?.addEventListener('abort', giveUp)
    void link.#ended.then(() => signal?.removeEventListener('abort', giveUp))
    if (signal?.aborted) giveUp()
    try {
      const [known = []] = await Promise.all(threads.map(({ ready }) => ready))
      link.labels = known
      return link
    } catch (error) {
      await link[Symbol.asyncDispose]()
      throw error
    }
  }

  /**
   * @param write puts a picture, as `request` wants it, and tells where it lies
   * @throws SightlineError SL_REMOTE_…, SL_MODEL_OUTPUT_UNEXPECTED, or SL_CANCELLED for one that is closed
   */
  async run(write: (pixels: Buffer) => Fit, rules: BoxRules): Promise<TaskResult> {
    const thread = await this.#take()
    try {
      return await thread.run(write(thread.pixels), rules)
    } catch (error) {
      throw this.#isGivenUp ? this.#cancelled() : error
    } finally {
      this.#give(thread)
    }
  }

  /** Takes no more pictures; those that are under way are finished. */
  retire(): void {
    this.#isClosed = true
    for (const { reject } of this.#waiting.splice(0)) reject(this.#cancelled())
    for (const thread of this.#threads) thread.close()
  }

  /** At once: a server may let what is under way wait for as long as it likes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.retire()
    this.#isGivenUp = true
    for (const thread of this.#threads) thread.giveUp()
    await this.#ended
  }

  #take(): Promise<RemoteThread> {
    if (this.#isClosed) return Promise.reject(this.#cancelled())
    const free = this.#free.pop()
    if (free) return Promise.resolve(free)
    const waiter = Promise.withResolvers<RemoteThread>()
    this.#waiting.push(waiter)
    return waiter.promise
  }

  /** One that has died is given on like the others: whoever gets it is told. */
  #give(thread: RemoteThread): void {
    const next = this.#waiting.shift()
    if (next) next.resolve(thread)
    else this.#free.push(thread)
  }

  #cancelled(): SightlineError {
    return new SightlineError('SL_CANCELLED', `${this.#name} was closed before this picture's turn came.`)
  }
}
