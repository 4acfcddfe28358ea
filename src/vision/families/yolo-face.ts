import { classesByGraph, type DetectionFamily } from './family.ts'
import { cellCount } from './grid.ts'
import { placesAtLeast } from './scan.ts'
import { yolov8 } from './yolov8.ts'

const strides = [8, 16, 32]
/** Eyes, nose and corners of the mouth. */
const points = 5

/**
 * Face detectors with the pose head of YOLOv8, v11 or v12 and five points (derronqi/yolov8-face and exports of Ultralytics' Pose,
 * nn/modules/head.py): `[1, 20, cells]`, a row for each number: the box's centre and size in pixels of the input, the
 * score, then x, y and how visible it is of each point; or `[1, 15, cells]`, x and y alone.
 */
export const yoloFace: DetectionFamily = {
  ...yolov8,
  name: 'yolo-face',
  experimental: true,
  landmarks: () => true,
  labels: ['face'],

  matches(facts) {
    const { task } = facts.metadata
    const isJoined = task === 'pose' || (task === undefined && facts.outputs[0]?.parts[0] === 'Concat')
    return isJoined && classesByGraph(this, facts) === 1
  },

  classCount(input, outputs) {
    const [, numbers = 0, cells] = outputs[0]?.dims ?? []
    const isRight = outputs.length === 1 && outputs[0]?.dims.length === 3 && cells === cellCount(input, strides)
    return isRight && (numbers === 5 + 3 * points || numbers === 5 + 2 * points) ? 1 : undefined
  },

  decoder(_input, outputs) {
    const [, numbers = 0, cells = 0] = outputs[0]!.dims
    const step = (numbers - 5) / points
    return ([head], minScore, boxes) => {
      const { data } = head!
      for (const at of placesAtLeast(data, 4 * cells, 5 * cells, minScore)) {
        const cell = at - 4 * cells
        const w = data[2 * cells + cell]!
        const h = data[3 * cells + cell]!
        const index = boxes.push(data[cell]! - w / 2, data[cells + cell]! - h / 2, w, h, data[at]!, 0)
        const { landmarks } = boxes
        if (!landmarks) continue
        for (let point = 0; point < points; point++) {
          const from = (5 + point * step) * cells + cell
          landmarks[index * 10 + point * 2] = data[from]!
          landmarks[index * 10 + point * 2 + 1] = data[from + cells]!
        }
      }
    }
  }
}
