import { namesIn } from '../labels.ts'
import type { DetectionFamily } from './family.ts'
import { rowsAtLeast } from './scan.ts'
import { yolov5 } from './yolov5.ts'

/** Centre and size, objectness, x and y of each of five points, and how much of a face it is. */
const numbers = 16
const pointsAt = 5
const faceAt = 15

/**
 * YOLOv5-face (Qi et al. 2021, arXiv:2105.12931; deepcam-cn/yolov5-face, models/yolo.py, Detect) with its grids in the graph:
 * `[1, anchors, 16]`, everything in pixels of the input, scores through the sigmoid. Eleven classes of YOLOv5 have the same
 * shape: without a name for its one class it has to be stated.
 */
export const yolov5Face: DetectionFamily = {
  ...yolov5,
  name: 'yolov5-face',
  landmarks: () => true,
  labels: ['face'],

  matches(facts) {
    const [, , last] = facts.outputs[0]?.dims ?? []
    return last === numbers && namesIn(facts)?.length === 1
  },

  classCount(input, outputs, hints) {
    return outputs[0]?.dims[2] === numbers && yolov5.classCount(input, outputs, hints) !== undefined ? 1 : undefined
  },

  decoder() {
    return ([head], minScore, boxes) => {
      const { data } = head!
      for (const row of rowsAtLeast(data, 4, data.length / numbers, numbers, 1, minScore)) {
        const at = row * numbers
        const score = data[at + 4]! * data[at + faceAt]!
        if (score < minScore) continue
        const w = data[at + 2]!
        const h = data[at + 3]!
        const index = boxes.push(data[at]! - w / 2, data[at + 1]! - h / 2, w, h, score, 0)
        boxes.landmarks?.set(data.subarray(at + pointsAt, at + faceAt), index * 10)
      }
    }
  }
}
