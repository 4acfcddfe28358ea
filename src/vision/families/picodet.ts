import { distributionClasses, distributionDecoder } from './distribution-head.ts'
import { classesByGraph, type DetectionFamily, inputSize } from './family.ts'

const strides = [8, 16, 32, 64]

/**
 * PicoDet (Yu et al. 2021, arXiv:2111.00902) as PaddleDetection exports it without post-processing
 * (ppdet/modeling/heads/pico_head.py): for each stride class scores through the sigmoid and four distributions.
 */
export const picodet: DetectionFamily = {
  name: 'picodet',
  task: 'detect',
  landmarks: () => false,
  defaults: { minScore: 0.4, iou: 0.6 },

  matches(facts) {
    return classesByGraph(this, facts) !== undefined
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 416, height: 416 }),
      mode: 'stretch',
      pad: 0,
      encoding: { channels: 'bgr', mean: [103.53, 116.28, 123.675], std: [57.375, 57.12, 58.395] }
    }
  },

  classCount(input, outputs) {
    return distributionClasses(input, outputs, strides)
  },

  decoder(input, outputs) {
    return distributionDecoder(input, outputs, strides, { offset: 0.5, lag: 0 })
  }
}
