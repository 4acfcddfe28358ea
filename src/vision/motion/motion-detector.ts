import type { Point } from '../../contract/geometry.ts'
import { DetectionColumns } from '../../core/columns.ts'
import { SightlineError } from '../../core/errors.ts'
import { type Fit, type PixelRequest, requestBytes } from '../../core/fit.ts'
import type { Detector, PixelSlot } from '../detector.ts'
import { BackgroundModel, type BackgroundOptions, backgroundDefaults } from './background.ts'
import { type Blob, BlobFinder } from './blobs.ts'
import { exclusionMap } from './exclusion.ts'
import { isGhost } from './ghost.ts'
import { mergeBlobs } from './merge-blobs.ts'

export interface MotionDetectorOptions extends Partial<BackgroundOptions> {
  /** Size of the frames to come, in pixels, upright. */
  readonly frame: { readonly width: number; readonly height: number }
  /** Polygons, normalised, in which nothing is reported: a street behind a fence, a tree, a clock. */
  readonly masks?: readonly (readonly Point[])[]
  /** Longer side of the picture that is worked on, in pixels. Raise it for smaller objects; cost grows with its square. */
  readonly workPx?: number
  /** Smallest object, as share of the square over the frame's height. Raise it to ignore birds and leaves. */
  readonly minAreaShare?: number
}

const minSidePx = 16

/**
 * Finds whatever moves in front of a fixed camera, without a model: an adaptive background on downscaled luma,
 * and one box around each connected change. It remembers, so frames must come in the order of their times.
 * The constructor throws SL_OPTION_INVALID for options out of range.
 */
export class MotionDetector implements Detector {
  readonly name = 'motion'
  readonly provider = 'javascript'
  readonly labels = ['moving']
  readonly concurrency = 1
  readonly invalidBoxes = 0
  readonly request: PixelRequest
  readonly #model: BackgroundModel
  readonly #finder: BlobFinder
  readonly #minArea: number
  readonly #absorbMs: number
  readonly #slot: PixelSlot
  readonly #waiting: (() => void)[] = []
  #taken = false

  constructor({ frame, masks = [], workPx = 320, minAreaShare = 0.002, ...background }: MotionDetectorOptions) {
    const options = { ...backgroundDefaults, ...background }
    for (const [name, value] of Object.entries({
      ...options,
      workPx,
      minAreaShare,
      width: frame.width,
      height: frame.height
    })) {
      if (!(value > 0 && Number.isFinite(value))) {
        throw new SightlineError(
          'SL_OPTION_INVALID',
          `The motion detector's ${name} is ${value}: give a number above 0.`
        )
      }
    }
    const scale = Math.min(1, workPx / Math.max(frame.width, frame.height))
    const size = {
      width: Math.max(minSidePx, Math.round(frame.width * scale)),
      height: Math.max(minSidePx, Math.round(frame.height * scale))
    }
    this.request = { ...size, format: 'gray8', mode: 'stretch', pad: 0 }
    this.#model = new BackgroundModel(size, exclusionMap(masks, size), options)
    this.#absorbMs = options.absorbMs
    this.#finder = new BlobFinder(size)
    this.#minArea = Math.max(4, minAreaShare * size.height * size.height)
    this.#slot = { pixels: Buffer.from(new SharedArrayBuffer(requestBytes(this.request))) }
  }

  async acquire(): Promise<PixelSlot> {
    // The slot passes from one to the next without ever being free, so nobody can overtake.
    if (this.#taken) await new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#taken = true
    return this.#slot
  }

  release(_slot: PixelSlot): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#taken = false
  }

  /** One row for each moving object; none while the background is being learned. */
  async detect(slot: PixelSlot, _placed: Fit, ptsMs: number): Promise<DetectionColumns> {
    try {
      return this.find(slot.pixels, ptsMs)
    } finally {
      this.release(slot)
    }
  }

  /** The same at once, on luma of `request`'s size. */
  find(luma: Uint8Array, ptsMs: number): DetectionColumns {
    const columns = new DetectionColumns(16)
    const model = this.#model
    model.apply(luma, ptsMs)
    if (model.learning) return columns
    const { width, height } = this.request
    const { x, y } = model.sway
    // Parts of half the least area may join to one of the whole.
    const parts = this.#finder.find(model.mask, model.excess, model.stillMs, this.#minArea / 2)
    for (const blob of mergeBlobs(parts)) {
      if (blob.area < this.#minArea) continue
      const settled = blob.stillMs >= this.#absorbMs * blob.area
      if (settled || isGhost(blob, this.#finder.labels, model, this.request)) this.#accept(blob)
      else {
        const [w, h] = [blob.right - blob.left, blob.bottom - blob.top]
        columns.push((blob.left + x) / width, (blob.top + y) / height, w / width, h / height, score(blob), 0)
      }
    }
    return columns
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #accept(blob: Blob): void {
    const own = new Set(blob.labels)
    const { labels } = this.#finder
    for (let at = 0; at < labels.length; at++) if (labels[at] !== 0 && own.has(labels[at]!)) this.#model.accept(at)
  }
}

/** Contrast beyond the threshold, and how well the blob fills its box: both have to speak for an object. */
function score(blob: Blob): number {
  const contrast = 1 - Math.exp(-blob.excess / blob.area / 1.2)
  const fill = blob.area / ((blob.right - blob.left) * (blob.bottom - blob.top))
  return contrast * Math.min(1, fill / 0.4) ** 0.5
}
