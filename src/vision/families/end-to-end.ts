import { classIdOf, namedClasses } from './class-ids.ts'
import { type DetectionFamily, fixedShapes, type OutputShape } from './family.ts'
import { rowsAtLeast } from './scan.ts'
import { yolov8 } from './yolov8.ts'

/** Of a row: corners, score and class. What segmentation and pose heads add comes behind. */
const boxNumbers = 6
/** Ultralytics' default is 300; a head without suppression has thousands of cells. */
const mostRows = 1000

/**
 * Heads that have done their own choosing (Ultralytics nn/modules/head.py, Detect.postprocess with `end2end`, and exports with
 * `nms=True`): YOLOv10 (Wang et al. 2024, arXiv:2405.14458) and YOLO26. `[1, rows, 6]`: the box's corners in pixels of the
 * input, its score, its class, and behind them mask coefficients or key points. Nothing is suppressed.
 */
export const endToEnd: DetectionFamily = {
  ...yolov8,
  name: 'end-to-end',
  experimental: true,
  defaults: { minScore: 0.25, iou: 1 },

  matches(facts) {
    const shapes = fixedShapes(facts)
    const isOwn = shapes !== undefined && rowLength(shapes) > 0
    // Rows that are longer could be much else.
    return isOwn && (rowLength(shapes) === boxNumbers || facts.metadata.end2end === 'True')
  },

  classCount(_input, outputs, hints) {
    return rowLength(outputs) > 0 ? namedClasses(hints) : undefined
  },

  decoder(_input, outputs) {
    const numbers = rowLength(outputs)
    return ([head], minScore, boxes) => {
      const { data } = head!
      for (const row of rowsAtLeast(data, 4, data.length / numbers, numbers, 1, minScore)) {
        const at = row * numbers
        const score = data[at + 4]!
        if (score < minScore) continue
        const x = data[at]!
        const y = data[at + 1]!
        boxes.push(x, y, data[at + 2]! - x, data[at + 3]! - y, score, classIdOf(data[at + 5]!))
      }
    }
  }
}

function rowLength([head, masks, ...others]: readonly OutputShape[]): number {
  const [, rows = 0, numbers = 0] = head?.dims ?? []
  const isRight = head?.dims.length === 3 && rows <= mostRows && others.length === 0
  return isRight && (masks === undefined || masks.dims.length === 4) && numbers >= boxNumbers ? numbers : 0
}
