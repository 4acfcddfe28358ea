import { classesByGraph, type DetectionFamily, inputSize, type ModelInput } from './family.ts'
import { gridSize } from './grid.ts'
import { rowsAtLeast } from './scan.ts'

/** Anchors in a cell, by stride. */
const anchors = [
  [8, 3],
  [16, 2],
  [32, 2],
  [64, 3]
] as const

/**
 * Ultra-Light-Fast-Generic-Face-Detector-1MB (Linzaer's repository, vision/ssd/config/fd_config.py and run_video_face_detect_onnx.py):
 * of each anchor the scores of background and face, through the softmax, and the box's corners in shares of the picture.
 */
export const ultraface: DetectionFamily = {
  name: 'ultraface',
  task: 'detect',
  landmarks: () => false,
  defaults: { minScore: 0.7, iou: 0.3 },
  labels: ['face'],

  matches(facts) {
    return classesByGraph(this, facts) !== undefined
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 320, height: 240 }),
      mode: 'stretch',
      pad: 0,
      encoding: { channels: 'rgb', mean: [127, 127, 127], std: [128, 128, 128] }
    }
  },

  classCount(input, outputs) {
    const count = anchorCount(input)
    const [scores, boxes] = outputs.map(({ dims }) => dims)
    const isRight = outputs.length === 2 && scores?.length === 3 && boxes?.length === 3
    return isRight && scores[1] === count && scores[2] === 2 && boxes[1] === count && boxes[2] === 4 ? 1 : undefined
  },

  decoder({ width, height }) {
    return ([scores, corners], minScore, boxes) => {
      const { data } = corners!
      const anchorScores = scores!.data
      for (const anchor of rowsAtLeast(anchorScores, 1, anchorScores.length / 2, 2, 1, minScore)) {
        const score = anchorScores[anchor * 2 + 1]!
        if (score < minScore) continue
        const x = data[anchor * 4]! * width
        const y = data[anchor * 4 + 1]! * height
        boxes.push(x, y, data[anchor * 4 + 2]! * width - x, data[anchor * 4 + 3]! * height - y, score, 0)
      }
    }
  }
}

function anchorCount(input: ModelInput): number {
  return anchors.reduce((sum, [stride, each]) => {
    const { columns, rows } = gridSize(input, stride)
    return sum + columns * rows * each
  }, 0)
}
