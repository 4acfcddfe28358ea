import { namesIn } from '../labels.ts'
import { classesByGraph, type DetectionFamily, inputSize, type OutputShape } from './family.ts'
import { cellCount } from './grid.ts'
import { largestAt, rowsAtLeast } from './scan.ts'

/** Anchors in a cell. */
const anchors = 3
/** The larger models (P6) have a fourth grid. */
const strides = [
  [8, 16, 32],
  [8, 16, 32, 64]
]

/**
 * YOLOv5 and YOLOv7 with their grids in the graph (ultralytics/yolov5, models/yolo.py, Detect and Segment, and export.py;
 * WongKinYiu/yolov7, models/yolo.py, exported with `--grid`): `[1, anchors, 5 + classes]`, for each anchor the box's centre and
 * size in pixels of the input, objectness and class scores, all through the sigmoid. A second output of four
 * dimensions holds prototypes of masks, whose coefficients end each row; outputs of five are the raw heads of old exports.
 */
export const yolov5: DetectionFamily = {
  name: 'yolov5',
  experimental: true,
  task: 'detect',
  landmarks: () => false,
  defaults: { minScore: 0.25, iou: 0.45 },

  matches(facts) {
    const [, rows, numbers] = facts.outputs[0]?.dims ?? []
    // Eleven classes, or a face with its five points (YOLOv5-face): without names nothing tells.
    if (numbers === 16 && namesIn(facts) === undefined) return false
    // Exported for any size it leaves the number of anchors open; what it notes of itself tells it from the others.
    const isOpen = typeof rows === 'string' && facts.metadata.stride !== undefined && facts.metadata.task === undefined
    return isOpen ? typeof numbers === 'number' && numbers > 5 : classesByGraph(this, facts) !== undefined
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 640, height: 640 }),
      mode: 'letterbox-centre',
      pad: 114,
      encoding: { channels: 'rgb', mean: [0, 0, 0], std: [255, 255, 255] }
    }
  },

  classCount(input, outputs) {
    const [head, ...others] = outputs
    const isGrid = strides.some(each => anchors * cellCount(input, each) === head?.dims[1])
    const isRight =
      head?.dims.length === 3 && isGrid && others.every(({ dims }) => dims.length === 4 || dims.length === 5)
    const classes = isRight ? classesOf(outputs) : 0
    return classes > 0 ? classes : undefined
  },

  decoder(_input, outputs) {
    const numbers = outputs[0]!.dims[2]!
    const classes = classesOf(outputs)
    return ([head], minScore, boxes) => {
      const { data } = head!
      for (const row of rowsAtLeast(data, 4, data.length / numbers, numbers, 1, minScore)) {
        const at = row * numbers
        const best = largestAt(data, at + 5, at + 5 + classes)
        const score = data[at + 4]! * data[best]!
        if (score < minScore) continue
        const w = data[at + 2]!
        const h = data[at + 3]!
        boxes.push(data[at]! - w / 2, data[at + 1]! - h / 2, w, h, score, best - at - 5)
      }
    }
  }
}

function classesOf([head, ...others]: readonly OutputShape[]): number {
  const masks = others.find(({ dims }) => dims.length === 4)
  return head!.dims[2]! - 5 - (masks?.dims[1] ?? 0)
}
