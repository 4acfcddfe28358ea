import type { DetectionColumns } from '../core/columns.ts'
import type { Fit, PixelRequest } from '../core/fit.ts'

/** A place for one frame's pixels, in shared memory. Filled by the decoder's side, then given to `detect`. */
export interface PixelSlot {
  /** `requestBytes(detector.request)` and `pixelSlackBytes` long, backed by a SharedArrayBuffer. */
  readonly pixels: Buffer
}

/**
 * Finds objects in frames. `acquire` gives a slot, or waits while all are in use (that is the back-pressure);
 * every acquired slot ends in exactly one of `detect` or `release`. Several `detect` calls may be under way
 * at once and may finish out of order: the caller keeps the order of its frames.
 */
export interface Detector extends AsyncDisposable {
  readonly name: string
  /** What runs it: `cpu`, `webgpu`, `cuda`, `tensorrt`, or `javascript` for detectors without a model. */
  readonly provider: string
  /** Class names by class id. */
  readonly labels: readonly string[]
  readonly request: PixelRequest
  /**
   * How many runs go on at once: 1 for detectors that remember the frame before, 0 for one whose sessions have all
   * died.
   */
  readonly concurrency: number
  /** How many frames a run may have; 1 where it is left out. It has slots for twice as many frames as run at once. */
  readonly batch?: number
  /** Runs of its model so far by how many frames went through at once: those of one at index 0. */
  readonly batches?: readonly number[]
  /** Boxes dropped because the model gave NaN or infinite numbers. */
  readonly invalidBoxes: number
  acquire(): Promise<PixelSlot>
  release(slot: PixelSlot): void
  /**
   * Boxes normalised to the frame the slot was filled from. `placed` is where the frame lies in the slot, `ptsMs` when it
   * is shown: detectors that remember earlier frames need the time, the others leave it out of their signature.
   * Rejects with SL_MODEL_RUN_FAILED.
   */
  detect(slot: PixelSlot, placed: Fit, ptsMs: number): Promise<DetectionColumns>
}
