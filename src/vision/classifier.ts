import type { PixelRequest } from '../core/fit.ts'
import type { PixelSlot } from './detector.ts'

/**
 * Says of a picture, or of the crop of an object, which class it is. Slots work as a detector's do: every acquired one
 * ends in exactly one of `classify` or `release`.
 */
export interface Classifier extends AsyncDisposable {
  readonly name: string
  readonly provider: string
  /** Class names by class id. */
  readonly labels: readonly string[]
  /** What a crop is scaled to before it goes into a slot. */
  readonly request: PixelRequest
  readonly concurrency: number
  acquire(): Promise<PixelSlot>
  release(slot: PixelSlot): void
  /** The probability of each class; together they are 1. Rejects with SL_MODEL_RUN_FAILED. */
  classify(slot: PixelSlot): Promise<Float32Array>
}
