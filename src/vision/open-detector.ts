import { DetectionColumns } from '../core/columns.ts'
import { SightlineError } from '../core/errors.ts'
import type { PixelRequest } from '../core/fit.ts'
import type { Detector, PixelSlot } from './detector.ts'
import { prepareModel } from './load-model.ts'
import type { Provider } from './providers.ts'
import { SessionPool } from './session-pool.ts'
import { type DetectionOptions, pixelRequest } from './session-task.ts'

/** The part of a logger that is needed here; pino's fits. */
export interface Log {
  info(facts: object, message: string): void
}

export interface DetectorOptions extends DetectionOptions {
  readonly modelPath: string
  /** The model's name in the catalogue, or whatever people know it by. */
  readonly name: string
  /** Overrules what the graph tells. */
  readonly family?: string
  /** `auto`, the default: the fastest that opens. */
  readonly provider?: Provider | 'auto'
  /** Sessions on a CPU; one for each core by default. */
  readonly concurrency?: number
  readonly log?: Log
}

/**
 * Opens an ONNX detector.
 * @throws SightlineError SL_MODEL_… or SL_OPTION_INVALID (a class that the model does not have)
 */
export async function openDetector(options: DetectorOptions): Promise<Detector> {
  const { modelPath, name, family: familyName, provider = 'auto', concurrency, log, ...rules } = options
  const model = await prepareModel(modelPath, familyName)
  if (model.family.task !== 'detect')
    throw new SightlineError(
      'SL_MODEL_FAMILY_UNKNOWN',
      `${modelPath} is of the family '${model.family.name}', which finds no objects. Choose a detector.`
    )
  const { path, folder, bytes, input, outputs, family } = model
  const job = { model: bytes, folder, path, provider, family: family.name, input, outputs, options: rules }
  const pool = await SessionPool.open(job, concurrency)
  log?.info(
    {
      model: name,
      family: family.name,
      provider: pool.provider,
      skipped: pool.about.skipped,
      sessions: pool.concurrency
    },
    'detector opened'
  )
  return new OnnxDetector(name, pixelRequest(input), pool)
}

class OnnxDetector implements Detector {
  readonly name: string
  readonly request: PixelRequest
  readonly labels: readonly string[]
  readonly provider: string
  readonly concurrency: number
  invalidBoxes = 0
  readonly #pool: SessionPool

  constructor(name: string, request: PixelRequest, pool: SessionPool) {
    this.name = name
    this.request = request
    this.labels = pool.about.labels
    this.provider = pool.provider
    this.concurrency = pool.concurrency
    this.#pool = pool
  }

  acquire(): Promise<PixelSlot> {
    return this.#pool.acquire()
  }

  release(slot: PixelSlot): void {
    this.#pool.release(slot)
  }

  async detect(slot: PixelSlot, width: number, height: number): Promise<DetectionColumns> {
    const result = await this.#pool.run(slot, width, height)
    if (!('columns' in result)) throw new SightlineError('SL_INTERNAL', `${this.name} gave no boxes.`)
    this.invalidBoxes += result.invalid
    return Object.assign(new DetectionColumns(0), result.columns)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]()
  }
}
