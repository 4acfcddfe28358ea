import { SightlineError } from '../core/errors.ts'
import type { Classifier } from './classifier.ts'
import { CropModel } from './crop-model.ts'
import type { PixelSlot } from './detector.ts'
import { type ModelOptions, openPool } from './open-pool.ts'
import type { SessionPool } from './session-pool.ts'
import { pixelRequest } from './session-task.ts'

/**
 * Opens an ONNX model that says which class a picture is.
 * @throws SightlineError SL_MODEL_…
 */
export async function openClassifier(options: ModelOptions): Promise<Classifier> {
  const { model, pool } = await openPool(options, 'classify')
  return new OnnxClassifier(options.name, pixelRequest(model.input), pool)
}

class OnnxClassifier extends CropModel implements Classifier {
  readonly labels: readonly string[]

  constructor(name: string, request: Classifier['request'], pool: SessionPool) {
    super(name, request, pool)
    this.labels = pool.about.labels
  }

  async classify(slot: PixelSlot): Promise<Float32Array> {
    const result = await this.run(slot)
    if (!('probabilities' in result)) throw new SightlineError('SL_INTERNAL', `${this.name} gave no classes.`)
    return result.probabilities
  }
}
