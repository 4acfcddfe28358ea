import { distributionMean } from './distribution-head.ts'
import { classesByGraph, type DetectionFamily } from './family.ts'
import { gridSize } from './grid.ts'
import { placesAtLeast } from './scan.ts'
import { yoloFace } from './yolo-face.ts'

const strides = [8, 16, 32]
const bins = 16
/** Four distributions, the face's logit, then x, y and the logit of how visible it is of five points. */
const logitAt = 4 * bins
const pointsAt = logitAt + 1
const points = 5
const numbers = pointsAt + points * 3

/**
 * The three raw heads of derronqi/yolov8-face (ultralytics/nn/modules/head.py, Pose.forward and kpts_decode with `export`):
 * `[1, 80, rows, columns]` of each stride. Sides are distributions over whole strides from the cell's middle, points lie two
 * units of its network apart for each stride, from where the cell begins.
 */
export const yoloFaceRaw: DetectionFamily = {
  ...yoloFace,
  name: 'yolo-face-raw',

  matches(facts) {
    return classesByGraph(this, facts) === 1
  },

  classCount(input, outputs) {
    const isRight = outputs.every(({ dims }, level) => {
      const { columns, rows } = gridSize(input, strides[level] ?? 1)
      return dims.length === 4 && dims[1] === numbers && dims[2] === rows && dims[3] === columns
    })
    return outputs.length === strides.length && isRight ? 1 : undefined
  },

  decoder(input) {
    const levels = strides.map(stride => ({ stride, ...gridSize(input, stride) }))
    return (tensors, minScore, boxes) => {
      const leastLogit = Math.log(minScore / (1 - minScore))
      for (const [level, { stride, columns, rows }] of levels.entries()) {
        const { data } = tensors[level]!
        const cells = columns * rows
        for (const at of placesAtLeast(data, logitAt * cells, pointsAt * cells, leastLogit)) {
          const cell = at - logitAt * cells
          const [column, row] = [cell % columns, Math.floor(cell / columns)]
          const side = (n: number) => distributionMean(data, n * bins * cells + cell, bins, cells)
          const [left, top] = [side(0), side(1)]
          const [x, y] = [(column + 0.5 - left) * stride, (row + 0.5 - top) * stride]
          const [w, h] = [(left + side(2)) * stride, (top + side(3)) * stride]
          const index = boxes.push(x, y, w, h, 1 / (1 + Math.exp(-data[at]!)), 0)
          for (let point = 0; boxes.landmarks && point < points; point++) {
            const from = (pointsAt + point * 3) * cells + cell
            boxes.landmarks[index * 10 + point * 2] = (data[from]! * 2 + column) * stride
            boxes.landmarks[index * 10 + point * 2 + 1] = (data[from + cells]! * 2 + row) * stride
          }
        }
      }
    }
  }
}
