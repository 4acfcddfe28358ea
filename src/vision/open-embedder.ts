import { SightlineError } from '../core/errors.ts'
import type { PixelRequest } from '../core/fit.ts'
import type { PixelSlot } from './detector.ts'
import type { Embedder } from './embedder.ts'
import { type ModelOptions, openPool } from './open-pool.ts'
import type { SessionPool } from './session-pool.ts'
import { pixelRequest } from './session-task.ts'

/**
 * Opens an ONNX model whose output is a vector.
 * @throws SightlineError SL_MODEL_…
 */
export async function openEmbedder(options: ModelOptions): Promise<Embedder> {
  const { model, pool } = await openPool(options, 'embed')
  return new OnnxEmbedder(options.name, pixelRequest(model.input), pool)
}

class OnnxEmbedder implements Embedder {
  readonly name: string
  readonly request: PixelRequest
  readonly provider: string
  readonly dimensions: number
  readonly concurrency: number
  readonly #pool: SessionPool

  constructor(name: string, request: PixelRequest, pool: SessionPool) {
    this.name = name
    this.request = request
    this.provider = pool.provider
    this.dimensions = pool.about.dimensions
    this.concurrency = pool.concurrency
    this.#pool = pool
  }

  acquire(): Promise<PixelSlot> {
    return this.#pool.acquire()
  }

  release(slot: PixelSlot): void {
    this.#pool.release(slot)
  }

  async embed(slot: PixelSlot): Promise<Float32Array> {
    const result = await this.#pool.run(slot, {
      left: 0,
      top: 0,
      width: this.request.width,
      height: this.request.height
    })
    if (!('vector' in result)) throw new SightlineError('SL_INTERNAL', `${this.name} gave no vector.`)
    return result.vector
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]()
  }
}
