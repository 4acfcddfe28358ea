import { distributionClasses, distributionDecoder } from './distribution-head.ts'
import { classesByGraph, type DetectionFamily, inputSize } from './family.ts'

const strides = [8, 16, 32]

/**
 * NanoDet as its repository exported it up to 0.4 (RangiLyu/nanodet, nanodet/model/head/nanodet_head.py): for each stride
 * class scores through the sigmoid and four distributions. A centre is the middle of the cell's first and last pixel.
 */
export const nanodet: DetectionFamily = {
  name: 'nanodet',
  task: 'detect',
  landmarks: () => false,
  defaults: { minScore: 0.35, iou: 0.6 },

  matches(facts) {
    return classesByGraph(this, facts) !== undefined
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 416, height: 416 }),
      mode: 'letterbox-centre',
      pad: 0,
      encoding: { channels: 'bgr', mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395] }
    }
  },

  classCount(input, outputs) {
    return distributionClasses(input, outputs, strides)
  },

  decoder(input, outputs) {
    return distributionDecoder(input, outputs, strides, { offset: 0.5, lag: 0.5 })
  }
}
