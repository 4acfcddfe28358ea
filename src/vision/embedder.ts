import type { PixelRequest } from '../core/fit.ts'
import type { PixelSlot } from './detector.ts'

/**
 * Turns the crop of an object into a vector that tells individuals apart. Slots work as a detector's do:
 * every acquired one ends in exactly one of `embed` or `release`.
 */
export interface Embedder extends AsyncDisposable {
  readonly name: string
  readonly provider: string
  /** What a crop is scaled to before it goes into a slot. */
  readonly request: PixelRequest
  /** Length of the vectors. */
  readonly dimensions: number
  readonly concurrency: number
  acquire(): Promise<PixelSlot>
  release(slot: PixelSlot): void
  /** A vector of length 1: the cosine of two is their dot product; zeros where the model gave no length. Rejects with SL_MODEL_RUN_FAILED. */
  embed(slot: PixelSlot): Promise<Float32Array>
}
