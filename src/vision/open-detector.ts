import { DetectionColumns } from '../core/columns.ts'
import { SightlineError } from '../core/errors.ts'
import type { Fit, PixelRequest } from '../core/fit.ts'
import type { Detector, PixelSlot } from './detector.ts'
import { type ModelOptions, openPool } from './open-pool.ts'
import type { SessionPool } from './session-pool.ts'
import { type DetectionOptions, pixelRequest } from './session-task.ts'

export interface DetectorOptions extends ModelOptions, DetectionOptions {}

/**
 * Opens an ONNX detector.
 * @throws SightlineError SL_MODEL_… for the model, SL_OPTION_INVALID for a class that it does not have
 */
export async function openDetector(options: DetectorOptions): Promise<Detector> {
  const { minScore, iou, classes, labels } = options
  const { model, pool } = await openPool(options, 'detect', { minScore, iou, classes, labels })
  return new OnnxDetector(options.name, pixelRequest(model.input), pool)
}

class OnnxDetector implements Detector {
  readonly name: string
  readonly request: PixelRequest
  readonly labels: readonly string[]
  readonly provider: string
  invalidBoxes = 0
  readonly #pool: SessionPool

  constructor(name: string, request: PixelRequest, pool: SessionPool) {
    this.name = name
    this.request = request
    this.labels = pool.about.labels
    this.provider = pool.provider
    this.#pool = pool
  }

  get concurrency(): number {
    return this.#pool.concurrency
  }

  get batch(): number {
    return this.#pool.batch
  }

  get batches(): readonly number[] {
    return this.#pool.batches
  }

  acquire(): Promise<PixelSlot> {
    return this.#pool.acquire()
  }

  release(slot: PixelSlot): void {
    this.#pool.release(slot)
  }

  async detect(slot: PixelSlot, placed: Fit): Promise<DetectionColumns> {
    const result = await this.#pool.run(slot, placed)
    if (!('columns' in result)) throw new SightlineError('SL_INTERNAL', `${this.name} gave no boxes.`)
    this.invalidBoxes += result.invalid
    return Object.assign(new DetectionColumns(0), result.columns)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]()
  }
}
