import { decodeDistributions } from './distribution-head.ts'
import type { DetectionFamily } from './family.ts'
import { cellCount, cellGrid } from './grid.ts'
import { nanodet } from './nanodet.ts'

const strides = [8, 16, 32, 64]
/** Of each side, in all of its published configurations (`reg_max: 7`). */
const bins = 8

/**
 * NanoDet-Plus (RangiLyu/nanodet, nanodet/model/head/nanodet_plus_head.py, _forward_onnx and get_single_level_center_priors):
 * one output `[1, cells, classes + 4 · 8]`, class scores through the sigmoid, then four distributions. A centre is where its
 * cell begins, and pictures are stretched (`keep_ratio: False`).
 */
export const nanodetPlus: DetectionFamily = {
  ...nanodet,
  name: 'nanodet-plus',
  experimental: true,

  input(facts) {
    return { ...nanodet.input(facts), mode: 'stretch' }
  },

  classCount(input, outputs) {
    const [, cells, numbers] = outputs[0]?.dims ?? []
    const isRight = outputs.length === 1 && outputs[0]?.dims.length === 3 && cells === cellCount(input, strides)
    return isRight && numbers !== undefined && numbers > 4 * bins ? numbers - 4 * bins : undefined
  },

  decoder(input, outputs) {
    const grid = cellGrid(input, strides)
    const numbers = outputs[0]!.dims[2]!
    const classes = numbers - 4 * bins
    return ([head], minScore, boxes) => {
      const { data } = head!
      const scores = { scores: data, scoreAt: 0, scoreStep: numbers, classes }
      const sides = { sides: data, sideAt: classes, sideStep: numbers, bins }
      decodeDistributions({ ...scores, ...sides }, grid, { offset: 0, lag: 0 }, minScore, boxes)
    }
  }
}
