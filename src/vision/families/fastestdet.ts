import { classesByGraph, type DetectionFamily, inputSize } from './family.ts'
import { gridSize } from './grid.ts'
import { largestAt } from './scan.ts'

const stride = 16

/**
 * FastestDet (dog-qiuqiu/FastestDet, module/detector.py and test.py): one output `[1, 5 + classes, rows, columns]` over one
 * grid. A cell has objectness, where its box's centre is (through tanh in cells), how large it is (through the
 * sigmoid in shares of the picture), and class scores through the softmax. The score is obj^0.6 · cls^0.4.
 */
export const fastestdet: DetectionFamily = {
  name: 'fastestdet',
  task: 'detect',
  landmarks: () => false,
  defaults: { minScore: 0.65, iou: 0.45 },

  matches(facts) {
    // A network that labels pixels may give as many numbers for such a grid, but no objectness beside its classes.
    const { Sigmoid, Softmax } = facts.operators
    return Sigmoid === 1 && Softmax === 1 && classesByGraph(this, facts) !== undefined
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 352, height: 352 }),
      mode: 'stretch',
      pad: 0,
      encoding: { channels: 'bgr', mean: [0, 0, 0], std: [255, 255, 255] }
    }
  },

  classCount(input, outputs) {
    const [, numbers, height, width] = outputs[0]?.dims ?? []
    const { columns, rows } = gridSize(input, stride)
    const isRight = outputs.length === 1 && outputs[0]?.dims.length === 4 && height === rows && width === columns
    return isRight && numbers !== undefined && numbers > 5 ? numbers - 5 : undefined
  },

  decoder(input, outputs) {
    const { columns, rows } = gridSize(input, stride)
    const cells = columns * rows
    const end = outputs[0]!.dims[1]! * cells
    return ([output], minScore, boxes) => {
      const { data } = output!
      // No class score is above 1, so no box is better than this share of its objectness allows.
      const leastObjectness = minScore ** (1 / 0.6)
      for (let cell = 0; cell < cells; cell++) {
        const objectness = data[cell]!
        if (objectness < leastObjectness) continue
        const best = largestAt(data, 5 * cells + cell, end, cells)
        const score = objectness ** 0.6 * data[best]! ** 0.4
        if (score < minScore) continue
        const column = cell % columns
        const w = sigmoid(data[3 * cells + cell]!) * input.width
        const h = sigmoid(data[4 * cells + cell]!) * input.height
        const x = ((column + Math.tanh(data[cells + cell]!)) / columns) * input.width
        const y = (((cell - column) / columns + Math.tanh(data[2 * cells + cell]!)) / rows) * input.height
        boxes.push(x - w / 2, y - h / 2, w, h, score, (best - cell) / cells - 5)
      }
    }
  }
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}
