import { DetectionColumns } from '../core/columns.ts'
import type { Fit } from '../core/fit.ts'
import type { DecodeDetections, OutputTensor } from './families/family.ts'
import { suppress } from './non-maximum-suppression.ts'

/** What becomes of a model's boxes. */
export interface BoxRules {
  /** Boxes below it are dropped. Raise it to trade misses for false alarms. 0…1. */
  readonly minScore: number
  /** Of two boxes of one class that overlap by more, the weaker goes. Raise it for crowds. 0…1. */
  readonly iou: number
  /** The only classes that are kept; all when absent. */
  readonly classIds?: readonly number[]
}

/** Boxes of one frame, normalised to it, best first, and how many were dropped for being none: no numbers, no area, no class. */
export interface FrameBoxes {
  readonly boxes: DetectionColumns
  readonly invalid: number
}

/**
 * From a model's outputs to boxes on the frame: decode, drop what is no box, suppress duplicates, undo the
 * fit. Keeps its working memory between frames: one instance belongs to one thread.
 */
export class PostProcessing {
  readonly #decode: DecodeDetections
  readonly #candidates: DetectionColumns
  readonly #classCount: number
  #rows = new Int32Array(256)

  /** @param classCount classes that there are: a box of any other is none */
  constructor(decode: DecodeDetections, landmarks: boolean, classCount: number) {
    this.#decode = decode
    this.#classCount = classCount
    this.#candidates = new DetectionColumns(256, landmarks)
  }

  /** `placed`: where the frame lies in the model's input. */
  process(outputs: readonly OutputTensor[], placed: Fit, { minScore, iou, classIds }: BoxRules): FrameBoxes {
    const candidates = this.#candidates
    candidates.clear()
    this.#decode(outputs, minScore, candidates)
    if (this.#rows.length < candidates.count) this.#rows = new Int32Array(candidates.count * 2)
    let valid = 0
    let invalid = 0
    for (let row = 0; row < candidates.count; row++) {
      if (!isBox(candidates, row, this.#classCount)) invalid++
      else if (!classIds || classIds.includes(candidates.classIds[row]!)) this.#rows[valid++] = row
    }
    const kept = suppress(candidates, this.#rows.subarray(0, valid), iou)
    return { boxes: this.#onFrame(kept, placed), invalid }
  }

  #onFrame(rows: Int32Array, placed: Fit): DetectionColumns {
    const { boxes, scores, classIds, landmarks } = this.#candidates
    const result = new DetectionColumns(rows.length, landmarks !== undefined)
    for (const row of rows) {
      const x = (boxes[row * 4]! - placed.left) / placed.width
      const y = (boxes[row * 4 + 1]! - placed.top) / placed.height
      const w = boxes[row * 4 + 2]! / placed.width
      const h = boxes[row * 4 + 3]! / placed.height
      const index = result.push(x, y, w, h, Math.min(1, scores[row]!), classIds[row]!)
      if (!landmarks || !result.landmarks) continue
      for (let n = 0; n < 10; n += 2) {
        result.landmarks[index * 10 + n] = (landmarks[row * 10 + n]! - placed.left) / placed.width
        result.landmarks[index * 10 + n + 1] = (landmarks[row * 10 + n + 1]! - placed.top) / placed.height
      }
    }
    return result
  }
}

/** All numbers finite, an area, and a class. One sum is NaN or infinite as soon as one of its parts is. */
function isBox({ boxes, scores, classIds, landmarks }: DetectionColumns, row: number, classCount: number): boolean {
  const w = boxes[row * 4 + 2]!
  const h = boxes[row * 4 + 3]!
  let sum = boxes[row * 4]! + boxes[row * 4 + 1]! + w + h + scores[row]!
  if (landmarks) for (let n = row * 10; n < row * 10 + 10; n++) sum += landmarks[n]!
  const classId = classIds[row]!
  return Number.isFinite(sum) && w > 0 && h > 0 && classId >= 0 && classId < classCount
}
