import { setTimeout as delay } from 'node:timers/promises'
import { type BackOff, backOffMs } from '../../core/back-off.ts'
import { SightlineError } from '../../core/errors.ts'
import type { ModelInput, OutputTensor } from '../families/family.ts'
import { scannable } from '../families/scan.ts'
import { checkedOutputs } from './check-answer.ts'
import { dial } from './dial.ts'
import type { Inference, KserveClient, RemotePlace, TensorSpec } from './kserve-client.ts'
import { writePictures } from './picture-tensor.ts'
import { type Exchange, outcomeOf } from './remote-tally.ts'

/** What is asked of a server's model, and how patiently. Plain data: a session's thread gets it. */
export interface RemoteSource {
  readonly place: RemotePlace
  readonly input: TensorSpec
  /** In the order in which the model's family wants them. */
  readonly outputs: readonly TensorSpec[]
  readonly isBinary: boolean
  /** Outputs have as many rows as boxes were found, whatever the frame. */
  readonly areRowsOpen: boolean
  /** Of one attempt. */
  readonly timeoutMs: number
  /** Of a frame, with all its attempts and what lies between them. */
  readonly budgetMs: number
}

const betweenAttempts: BackOff = { firstMs: 50, longestMs: 1000 }
/** An attempt with less time than this is none. */
const leastAttemptMs = 5

/** A model on a server where a session of our own would be. One frame, or one batch, at a time. */
export class RemoteSession implements AsyncDisposable {
  readonly provider = 'kserve'
  readonly #source: RemoteSource
  readonly #size: ModelInput
  readonly #client: KserveClient
  readonly #onExchange: (exchange: Exchange) => void
  #numbers: Float32Array | Float16Array = new Float32Array(0)
  /** Where outputs are put: scores are looked through fastest there. */
  #kept: readonly Float32Array[] = []

  /** @param onExchange told of every attempt */
  constructor(source: RemoteSource, input: ModelInput, onExchange: (exchange: Exchange) => void) {
    this.#source = source
    this.#size = input
    this.#client = dial(source.place)
    this.#onExchange = onExchange
  }

  /**
   * The outputs of a frame, in the order of the source's; the next run overwrites them. Attempts that failed or took too long are made
   * again as long as the budget allows, ever more slowly.
   * @param pixels `count`×`height`×`width`×3 bytes, shared memory allowed
   * @throws SightlineError SL_REMOTE_…
   */
  async run(pixels: Uint8Array, count = 1, { timeoutMs, budgetMs } = this.#source): Promise<OutputTensor[]> {
    const { input, outputs, isBinary } = this.#source
    const bytes = this.#pictures(pixels, count)
    const shape = [count, 3, this.#size.height, this.#size.width]
    const inference = { input: { ...input, shape, bytes }, outputs: outputs.map(({ name }) => name), isBinary }
    const endMs = performance.now() + budgetMs
    for (let attempt = 1; ; attempt++) {
      const leftMs = endMs - performance.now()
      try {
        return this.#keep(await this.#exchange(inference, count, Math.min(timeoutMs, leftMs)))
      } catch (error) {
        if (!(error instanceof SightlineError) || !error.retryable) throw error
        const waitMs = backOffMs(attempt, betweenAttempts)
        if (performance.now() + waitMs + leastAttemptMs > endMs) throw error
        await delay(waitMs)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client[Symbol.dispose]()
  }

  async #exchange(inference: Inference, count: number, timeoutMs: number): Promise<OutputTensor[]> {
    const { outputs, place, areRowsOpen } = this.#source
    const begunMs = performance.now()
    let error: unknown
    try {
      const answered = await this.#client.infer(inference, timeoutMs)
      return checkedOutputs(answered, outputs, count, place, areRowsOpen)
    } catch (reason) {
      error = reason
      throw reason
    } finally {
      this.#onExchange({ outcome: outcomeOf(error), ms: performance.now() - begunMs })
    }
  }

  #pictures(pixels: Uint8Array, count: number): Uint8Array {
    const { datatype } = this.#source.input
    if (this.#numbers.length !== pixels.length)
      this.#numbers = datatype === 'FP16' ? new Float16Array(pixels.length) : new Float32Array(pixels.length)
    writePictures(pixels, count, this.#size.encoding, this.#numbers)
    return new Uint8Array(this.#numbers.buffer)
  }

  #keep(outputs: readonly OutputTensor[]): OutputTensor[] {
    const lengths = outputs.map(({ data }) => data.length)
    if (lengths.length !== this.#kept.length || lengths.some((length, at) => length !== this.#kept[at]!.length))
      this.#kept = scannable(lengths)
    return outputs.map((output, at) => {
      const data = this.#kept[at]!
      data.set(output.data)
      return { ...output, data }
    })
  }
}
