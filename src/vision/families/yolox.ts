import { classesByGraph, type DetectionFamily, inputSize, type OutputShape } from './family.ts'
import { cellCount, cellGrid } from './grid.ts'
import { largestAt, rowsAtLeast } from './scan.ts'

const strides = [8, 16, 32]

/**
 * YOLOX (Ge et al. 2021, arXiv:2107.08430), as its ONNX demo publishes it: one output `[1, cells, 5 + classes]`
 * over the grids of strides 8, 16 and 32, row by row. A row is dx, dy, log w, log h in units of the stride,
 * then objectness and class scores, both already through the sigmoid.
 */
export const yolox: DetectionFamily = {
  name: 'yolox',
  task: 'detect',
  landmarks: () => false,
  defaults: { minScore: 0.25, iou: 0.45 },

  matches(facts) {
    // An export that has decoded its boxes within the graph has the same shape, but an Exp among its operators.
    return !facts.operators.Exp && classesByGraph(this, facts) !== undefined
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 416, height: 416 }),
      mode: 'letterbox-top-left',
      pad: 114,
      encoding: { channels: 'bgr', mean: [0, 0, 0], std: [1, 1, 1] }
    }
  },

  classCount(input, outputs) {
    const [, cells, numbers] = outputs[0]?.dims ?? []
    const right = outputs.length === 1 && outputs[0]?.dims.length === 3 && cells === cellCount(input, strides)
    return right && numbers !== undefined && numbers > 5 ? numbers - 5 : undefined
  },

  decoder(input, outputs) {
    const numbers = rowLength(outputs)
    const grid = cellGrid(input, strides)
    return ([output], minScore, boxes) => {
      const data = output!.data
      for (const cell of rowsAtLeast(data, 4, grid.length / 3, numbers, 1, minScore)) {
        const at = cell * numbers
        const best = largestAt(data, at + 5, at + numbers)
        const score = data[at + 4]! * data[best]!
        if (score < minScore) continue
        const stride = grid[cell * 3 + 2]!
        const w = Math.exp(data[at + 2]!) * stride
        const h = Math.exp(data[at + 3]!) * stride
        const x = (data[at]! + grid[cell * 3]!) * stride - w / 2
        const y = (data[at + 1]! + grid[cell * 3 + 1]!) * stride - h / 2
        boxes.push(x, y, w, h, score, best - at - 5)
      }
    }
  }
}

function rowLength(outputs: readonly OutputShape[]): number {
  return outputs[0]!.dims[2]!
}
