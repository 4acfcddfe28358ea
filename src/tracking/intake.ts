import type { DetectionColumns } from '../core/columns.ts'

/** Coordinates beyond this many frames are nobody's box; their areas would overflow. */
const farthest = 64
/** Sides below this part of the frame cannot be told from nothing: a hundredth of a pixel in 8K. */
const smallest = 1e-6

/** The boxes of one frame that can be tracked, in pixels. Buffers are reused by the next frame. */
export class Intake {
  count = 0
  /** Left, top, right, bottom a row. */
  edges = new Float64Array(256)
  scores = new Float64Array(64)
  classIds = new Int32Array(64)
  readonly #widthPx: number
  readonly #heightPx: number
  readonly #maxBoxes: number
  #sorted = new Float64Array(0)

  /** @param maxBoxes how many boxes of a frame are kept, the highest scores first: it bounds the time a frame takes. */
  constructor(frame: { readonly width: number; readonly height: number }, maxBoxes: number) {
    this.#widthPx = frame.width
    this.#heightPx = frame.height
    this.#maxBoxes = maxBoxes
  }

  /** Boxes with NaN, infinite or absurd numbers or without an area are dropped; scores above 1 count as 1. */
  load(detections: DetectionColumns): void {
    this.count = 0
    if (detections.count > this.scores.length) this.#grow(detections.count)
    const floor = detections.count > this.#maxBoxes ? this.#lowestKept(detections) : -Infinity
    let atFloor = this.#maxBoxes
    for (let row = 0; row < detections.count; row++) {
      if (isTrackable(detections, row) && detections.scores[row]! > floor) atFloor--
    }
    for (let row = 0; row < detections.count; row++) {
      const score = detections.scores[row]!
      if (!isTrackable(detections, row) || score < floor) continue
      if (score === floor && atFloor-- <= 0) continue
      this.#add(detections, row)
    }
  }

  #add({ boxes, scores, classIds }: DetectionColumns, row: number): void {
    const kept = this.count++
    this.edges[kept * 4] = boxes[row * 4]! * this.#widthPx
    this.edges[kept * 4 + 1] = boxes[row * 4 + 1]! * this.#heightPx
    this.edges[kept * 4 + 2] = (boxes[row * 4]! + boxes[row * 4 + 2]!) * this.#widthPx
    this.edges[kept * 4 + 3] = (boxes[row * 4 + 1]! + boxes[row * 4 + 3]!) * this.#heightPx
    this.scores[kept] = Math.min(1, scores[row]!)
    this.classIds[kept] = classIds[row]!
  }

  /** The score of the last trackable box that is among the best. */
  #lowestKept(detections: DetectionColumns): number {
    if (this.#sorted.length < detections.count) this.#sorted = new Float64Array(detections.count)
    let count = 0
    for (let row = 0; row < detections.count; row++) {
      if (isTrackable(detections, row)) this.#sorted[count++] = detections.scores[row]!
    }
    return count <= this.#maxBoxes ? -Infinity : this.#sorted.subarray(0, count).sort()[count - this.#maxBoxes]!
  }

  #grow(count: number): void {
    const length = Math.max(count, this.scores.length * 2)
    this.edges = new Float64Array(length * 4)
    this.scores = new Float64Array(length)
    this.classIds = new Int32Array(length)
  }
}

/** Every comparison is false for NaN. */
function isTrackable({ boxes, scores }: DetectionColumns, row: number): boolean {
  const x = boxes[row * 4]!
  const y = boxes[row * 4 + 1]!
  const w = boxes[row * 4 + 2]!
  const h = boxes[row * 4 + 3]!
  return (
    Math.abs(x) <= farthest &&
    Math.abs(y) <= farthest &&
    w >= smallest &&
    w <= farthest &&
    h >= smallest &&
    h <= farthest &&
    scores[row]! >= 0 &&
    scores[row]! < Infinity
  )
}
