import type { DetectionColumns } from '../../core/columns.ts'
import { type DetectionFamily, inputSize, type OutputTensor } from './family.ts'
import { cellCount, cellGrid } from './grid.ts'
import { placesAtLeast } from './scan.ts'

const strides = [8, 16, 32]
/** Anchors in a cell, all of them at its beginning. */
const anchors = 2
/** Numbers that an anchor has in each group of outputs: its score, the sides of its box, and its landmarks. */
const sizes = [1, 4, 10]

/**
 * SCRFD (Guo et al. 2021, arXiv:2105.04714) as InsightFace exports it (detection/scrfd/tools/scrfd.py): for each stride the scores
 * of its anchors through the sigmoid, then for each the distances to the box's sides, then for each, where there are any,
 * the landmarks, in units of the stride. Old exports have no batch.
 */
export const scrfd: DetectionFamily = {
  name: 'scrfd',
  task: 'detect',
  landmarks: outputs => outputs.length === sizes.length * strides.length,
  defaults: { minScore: 0.5, iou: 0.4 },
  labels: ['face'],

  matches(facts) {
    const { outputs } = facts
    // Exports leave the picture's size open, and so the number of anchors.
    const isGroup = ({ dims }: (typeof outputs)[number], index: number) =>
      dims?.at(-1) === sizes[Math.floor(index / strides.length)]
    return (outputs.length === 6 || outputs.length === 9) && outputs.every(isGroup)
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 640, height: 640 }),
      mode: 'letterbox-top-left',
      pad: 0,
      encoding: { channels: 'rgb', mean: [127.5, 127.5, 127.5], std: [128, 128, 128] }
    }
  },

  classCount(input, outputs) {
    const isRight = outputs.every(({ dims }, index) => {
      const [count, size] = dims.slice(-2)
      const level = index % strides.length
      const expected = cellCount(input, [strides[level]!]) * anchors
      const isBatch = dims.length === 2 || (dims.length === 3 && dims[0] === 1)
      return isBatch && count === expected && size === sizes[Math.floor(index / strides.length)]
    })
    return isRight && (outputs.length === 6 || outputs.length === 9) ? 1 : undefined
  },

  decoder(input) {
    const grids = strides.map(stride => cellGrid(input, [stride]))
    return (tensors, minScore, boxes) => {
      for (const [level, grid] of grids.entries()) decodeLevel(level, grid, tensors, minScore, boxes)
    }
  }
}

function decodeLevel(
  level: number,
  grid: Float64Array,
  tensors: readonly OutputTensor[],
  minScore: number,
  boxes: DetectionColumns
): void {
  const scores = tensors[level]!.data
  const sides = tensors[strides.length + level]!.data
  const points = tensors[2 * strides.length + level]?.data
  const stride = strides[level]!
  for (const anchor of placesAtLeast(scores, 0, scores.length, minScore)) {
    const cell = (anchor - (anchor % anchors)) / anchors
    const column = grid[cell * 3]!
    const row = grid[cell * 3 + 1]!
    const left = sides[anchor * 4]!
    const top = sides[anchor * 4 + 1]!
    const w = (left + sides[anchor * 4 + 2]!) * stride
    const h = (top + sides[anchor * 4 + 3]!) * stride
    const index = boxes.push((column - left) * stride, (row - top) * stride, w, h, scores[anchor]!, 0)
    const { landmarks } = boxes
    if (!landmarks || !points) continue
    for (let n = 0; n < 10; n += 2) {
      landmarks[index * 10 + n] = (column + points[anchor * 10 + n]!) * stride
      landmarks[index * 10 + n + 1] = (row + points[anchor * 10 + n + 1]!) * stride
    }
  }
}
