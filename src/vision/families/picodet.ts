import { distributionClasses, distributionDecoder } from './distribution-head.ts'
import type { DetectionFamily } from './family.ts'
import { nanodet } from './nanodet.ts'

const strides = [8, 16, 32, 64]

/**
 * PicoDet (Yu et al. 2021, arXiv:2111.00902) as PaddleDetection exports it without post-processing
 * (ppdet/modeling/heads/pico_head.py): NanoDet's head over one stride more. Centres are those of the cells, and pictures are
 * stretched.
 */
export const picodet: DetectionFamily = {
  ...nanodet,
  name: 'picodet',
  defaults: { minScore: 0.4, iou: 0.6 },

  input(facts) {
    return { ...nanodet.input(facts), mode: 'stretch' }
  },

  classCount(input, outputs) {
    return distributionClasses(input, outputs, strides)
  },

  decoder(input, outputs) {
    return distributionDecoder(input, outputs, strides, { offset: 0.5, lag: 0 })
  }
}
