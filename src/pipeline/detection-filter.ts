import type { Point } from '../contract/geometry.ts'
import { DetectionColumns } from '../core/columns.ts'
import { insidePolygon } from '../core/polygon.ts'

/** What of the detector's boxes goes on to the tracker. */
export interface DetectionRules {
  /** Polygons, normalised: boxes whose bottom centre lies in one are dropped. */
  readonly masks: readonly (readonly Point[])[]
  /** Box height as a share of the frame's height: smaller and larger ones are dropped. */
  readonly minSize: number
  readonly maxSize: number
}

/** Keeps the boxes that the rules let through. The result is reused by the next call. */
export class DetectionFilter {
  readonly #rules: DetectionRules
  readonly #kept = new DetectionColumns()
  /** Boxes dropped so far. */
  dropped = 0

  constructor(rules: DetectionRules) {
    this.#rules = rules
  }

  apply(detections: DetectionColumns): DetectionColumns {
    const { masks, minSize, maxSize } = this.#rules
    if (masks.length === 0 && minSize <= 0 && maxSize === Number.POSITIVE_INFINITY) return detections
    const { boxes, count } = detections
    this.#kept.clear()
    for (let row = 0; row < count; row++) {
      const [x, y, w, h] = [boxes[row * 4]!, boxes[row * 4 + 1]!, boxes[row * 4 + 2]!, boxes[row * 4 + 3]!]
      const masked = masks.some(mask => insidePolygon(x + w / 2, y + h, mask))
      if (masked || h < minSize || h > maxSize) this.dropped++
      else this.#kept.pushFrom(detections, row)
    }
    return this.#kept
  }
}
