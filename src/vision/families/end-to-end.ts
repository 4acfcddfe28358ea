import { classIdOf, namedClasses } from './class-ids.ts'
import { type DecodeDetections, type DetectionFamily, fixedShapes, type OutputShape } from './family.ts'
import { rowsAtLeast } from './scan.ts'
import { yolov8 } from './yolov8.ts'

/** Of a row: corners, score and class. What segmentation and pose heads add comes behind. */
const boxNumbers = 6
/** Of a row of YOLOv7's: the frame of a batch, corners, class and score. */
const rowNumbersV7 = 7
/** Ultralytics' default is 300; a head without suppression has thousands of cells. */
const mostRows = 1000

/** One way of writing down boxes that were chosen. */
interface Layout {
  readonly isOf: (shapes: readonly OutputShape[]) => boolean
  readonly decoder: (shapes: readonly OutputShape[]) => DecodeDetections
}

const rows: Layout = {
  isOf: shapes => rowLength(shapes) > 0,

  decoder(shapes) {
    const numbers = rowLength(shapes)
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

/** As many rows as boxes were found. */
const rowsOfBatch: Layout = {
  isOf: ([head, ...others]) => others.length === 0 && head?.dims.length === 2 && head.dims[1] === rowNumbersV7,

  decoder() {
    return ([head], minScore, boxes) => {
      const { data } = head!
      for (let at = 0; at < data.length; at += rowNumbersV7) {
        const score = data[at + 6]!
        if (score < minScore || data[at] !== 0) continue
        const x = data[at + 1]!
        const y = data[at + 2]!
        boxes.push(x, y, data[at + 3]! - x, data[at + 4]! - y, score, classIdOf(data[at + 5]!))
      }
    }
  }
}

/** How many there are, and then corners, scores and classes of as many as there may be. */
const counted: Layout = {
  isOf([count, corners, scores, classes, ...others]) {
    const [, most = 0] = corners?.dims ?? []
    const isOfMost = (shape: OutputShape | undefined) => shape?.dims.length === 2 && shape.dims[1] === most
    const isCount = count?.dims.length === 2 && count.dims[1] === 1
    const areCorners = corners?.dims.length === 3 && corners.dims[2] === 4 && most <= mostRows
    return isCount && areCorners && isOfMost(scores) && isOfMost(classes) && others.length === 0
  },

  decoder() {
    return ([count, corners, scores, classes], minScore, boxes) => {
      const most = Math.min(count!.data[0]!, scores!.data.length)
      for (let row = 0; row < most; row++) {
        const score = scores!.data[row]!
        if (score < minScore) continue
        const [x, y, right, bottom] = corners!.data.subarray(row * 4, row * 4 + 4) as unknown as Corners
        boxes.push(x, y, right - x, bottom - y, score, classIdOf(classes!.data[row]!))
      }
    }
  }
}

type Corners = readonly [x: number, y: number, right: number, bottom: number]

/**
 * Heads that have done their own choosing, corners in pixels of the input; nothing is suppressed here.
 * - Ultralytics nn/modules/head.py, Detect.postprocess with `end2end`, and exports with `nms=True`: YOLOv10 (Wang et al. 2024,
 *   arXiv:2405.14458) and YOLO26. `[1, rows, 6]`: corners, score, class, and behind them mask coefficients or key points.
 * - YOLOv7, export.py `--end2end --max-wh` (models/experimental.py, ONNX_ORT): `[boxes, 7]`: which frame of the batch, corners, class,
 *   score. Without `--max-wh` (ONNX_TRT): `num_dets`, `det_boxes`, `det_scores`, `det_classes` of TensorRT's EfficientNMS.
 */
export const endToEnd: DetectionFamily = {
  ...yolov8,
  name: 'end-to-end',
  experimental: true,
  defaults: { minScore: 0.25, iou: 1 },

  matches(facts) {
    const shapes = fixedShapes(facts)
    if (!shapes) return false
    // A classifier of seven classes has the same shape, and suppresses nothing.
    if (rowsOfBatch.isOf(shapes)) return facts.operators.NonMaxSuppression !== undefined
    if (counted.isOf(shapes)) return shapes[0]!.name === 'num_dets'
    // Rows that are longer could be much else.
    return rows.isOf(shapes) && (rowLength(shapes) === boxNumbers || facts.metadata.end2end === 'True')
  },

  varies: facts => {
    const shapes = fixedShapes(facts)
    return shapes !== undefined && rowsOfBatch.isOf(shapes)
  },

  classCount(_input, outputs, hints) {
    return layoutOf(outputs) && namedClasses(hints)
  },

  decoder(_input, outputs) {
    return layoutOf(outputs)!.decoder(outputs)
  }
}

function layoutOf(shapes: readonly OutputShape[]): Layout | undefined {
  return [rows, rowsOfBatch, counted].find(layout => layout.isOf(shapes))
}

function rowLength([head, masks, ...others]: readonly OutputShape[]): number {
  const [, rows = 0, numbers = 0] = head?.dims ?? []
  const isRight = head?.dims.length === 3 && rows <= mostRows && others.length === 0
  return isRight && (masks === undefined || masks.dims.length === 4) && numbers >= boxNumbers ? numbers : 0
}
