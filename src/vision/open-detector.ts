import { DetectionColumns } from '../core/columns.ts'
import { SightlineError } from '../core/errors.ts'
import type { Fit, PixelRequest } from '../core/fit.ts'
import type { Detector, PixelSlot } from './detector.ts'
import type { DetectionFamily } from './families/family.ts'
import type { PreparedModel } from './load-model.ts'
import type { ModelFacts } from './onnx/model-facts.ts'
import { type ModelOptions, openPool } from './open-pool.ts'
import type { BoxRules } from './post-processing.ts'
import type { SessionPool } from './session-pool.ts'
import { boxRules, type DetectionOptions, pixelRequest } from './session-task.ts'

export interface DetectorOptions extends ModelOptions, DetectionOptions {}

/**
 * Opens an ONNX detector.
 * @throws SightlineError SL_MODEL_… for the model, SL_OPTION_INVALID for a class that it does not have
 */
export async function openDetector(options: DetectorOptions): Promise<Detector> {
  const model = await openDetectorModel(options)
  try {
    return model.detector(options, () => model[Symbol.asyncDispose]())
  } catch (error) {
    await model[Symbol.asyncDispose]()
    throw error
  }
}

/**
 * Opens a model for several detectors that differ in what they want of it: they share its sessions, its slots, and
 * runs of several frames.
 * @throws SightlineError SL_MODEL_…
 */
export async function openDetectorModel(options: ModelOptions): Promise<DetectorModel> {
  const { model, family, pool } = await openPool(options, 'detect')
  return new DetectorModel(options.name, model, family, pool)
}

export class DetectorModel implements AsyncDisposable {
  readonly name: string
  readonly request: PixelRequest
  readonly facts: ModelFacts
  readonly family: DetectionFamily
  readonly pool: SessionPool

  constructor(
    name: string,
    { input, facts }: Pick<PreparedModel, 'input' | 'facts'>,
    family: DetectionFamily,
    pool: SessionPool
  ) {
    this.name = name
    this.request = pixelRequest(input)
    this.facts = facts
    this.family = family
    this.pool = pool
  }

  /**
   * @param close what its disposal does: nothing, where the model goes on without it
   * @throws SightlineError SL_OPTION_INVALID for a class that the model does not have
   */
  detector(options: DetectionOptions, close: () => Promise<void> = async () => {}): Detector {
    return new OnnxDetector(this, boxRules(this.family, this.pool.about.labels, options), close)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.pool[Symbol.asyncDispose]()
  }
}

class OnnxDetector implements Detector {
  readonly name: string
  readonly request: PixelRequest
  readonly labels: readonly string[]
  invalidBoxes = 0
  readonly #pool: SessionPool
  readonly #rules: BoxRules
  readonly #close: () => Promise<void>

  constructor({ name, request, pool }: DetectorModel, rules: BoxRules, close: () => Promise<void>) {
    this.name = name
    this.request = request
    this.labels = pool.about.labels
    this.#pool = pool
    this.#rules = rules
    this.#close = close
  }

  get provider(): string {
    return this.#pool.provider
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
    const result = await this.#pool.run(slot, placed, this.#rules)
    if (!('columns' in result)) throw new SightlineError('SL_INTERNAL', `${this.name} gave no boxes.`)
    this.invalidBoxes += result.invalid
    return Object.assign(new DetectionColumns(0), result.columns)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close()
  }
}
