import type { DetectionColumns } from '../core/columns.ts'
import type { Fit, PictureArea, PixelRequest } from '../core/fit.ts'

/** A place for one frame's pixels, in shared memory. Filled by the decoder's side, then given to `detect`. */
export interface PixelSlot {
  /** `requestBytes(detector.request)` and `pixelSlackBytes` long, backed by a SharedArrayBuffer. */
  readonly pixels: Buffer
}

/** A frame as detectors see it that choose for themselves what they want of it: those of media/ are such. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly ptsMs: number
  scaleInto(request: PixelRequest, target: Buffer, part?: PictureArea): Promise<Fit>
}

/** Takes the time of a step. */
export type TimeStep = <T>(step: 'scale' | 'detect', work: Promise<T>) => Promise<T>

/** What becomes of a frame whose pixels the detector has. */
export interface Looking {
  readonly boxes: Promise<DetectionColumns>
}

/**
 * Finds objects in frames. `acquire` gives a slot, or waits while all are in use (that is the back-pressure);
 * every acquired slot ends in exactly one of `detect` or `release`. Several `detect` calls may be under way
 * at once and may finish out of order: the caller keeps the order of its frames.
 */
export interface Detector extends AsyncDisposable {
  readonly name: string
  /** What runs it now: `cpu` or another of `providers`, or `javascript` for detectors without a model. */
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
  /**
   * Of detectors that look at more of a frame than one scaled picture of it: in place of the three above. Frames are to be given in
   * order. Resolves when the frame's pixels are no more needed; its boxes come later.
   */
  look?(picture: Picture, time: TimeStep): Promise<Looking>
}
