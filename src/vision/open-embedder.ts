import { SightlineError } from '../core/errors.ts'
import { CropModel } from './crop-model.ts'
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

class OnnxEmbedder extends CropModel implements Embedder {
  readonly dimensions: number

  constructor(name: string, request: Embedder['request'], pool: SessionPool) {
    super(name, request, pool)
    this.dimensions = pool.about.dimensions
  }

  async embed(slot: PixelSlot): Promise<Float32Array> {
    const result = await this.run(slot)
    if (!('vector' in result)) throw new SightlineError('SL_INTERNAL', `${this.name} gave no vector.`)
    return result.vector
  }
}
