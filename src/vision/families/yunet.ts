import type { DetectionColumns } from '../../core/columns.ts'
import { classesByGraph, type DetectionFamily, fixedShapes, inputSize, type OutputTensor } from './family.ts'
import { cellCount, gridSize } from './grid.ts'
import { placesAtLeast } from './scan.ts'

const strides = [8, 16, 32]
const heads = { cls: 1, obj: 1, bbox: 4, kps: 10 } as const

/**
 * YuNet (Wu et al. 2023, doi:10.1007/s11633-023-1423-y) as published in 2023: for each stride s the outputs
 * `cls_s` and `obj_s` (both through the sigmoid), `bbox_s` and `kps_s`, each over the grid of that stride row
 * by row. The score is √(cls·obj); offsets are in units of the stride, sizes are logarithms.
 */
export const yunet: DetectionFamily = {
  name: 'yunet',
  task: 'detect',
  landmarks: () => true,
  defaults: { minScore: 0.6, iou: 0.3 },
  labels: ['face'],

  matches(facts) {
    const names = new Set(facts.outputs.map(output => output.name))
    if (names.size !== 12 || !strides.every(stride => Object.keys(heads).every(head => names.has(`${head}_${stride}`))))
      return false
    // A graph with a free input size leaves its outputs' sizes free as well: then the names have to do.
    return fixedShapes(facts) === undefined || classesByGraph(this, facts) === 1
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 640, height: 640 }),
      mode: 'letterbox-top-left',
      pad: 0,
      encoding: { channels: 'bgr', mean: [0, 0, 0], std: [1, 1, 1] }
    }
  },

  classCount(input, outputs) {
    for (const stride of strides) {
      const cells = cellCount(input, [stride])
      for (const [head, size] of Object.entries(heads)) {
        const dims = outputs.find(output => output.name === `${head}_${stride}`)?.dims
        if (dims?.length !== 3 || dims[1] !== cells || dims[2] !== size) return undefined
      }
    }
    return 1
  },

  decoder(input, outputs) {
    const at = (name: string) => outputs.findIndex(output => output.name === name)
    const levels = strides.map(stride => ({
      stride,
      columns: gridSize(input, stride).columns,
      ...{ cls: at(`cls_${stride}`), obj: at(`obj_${stride}`), bbox: at(`bbox_${stride}`), kps: at(`kps_${stride}`) }
    }))
    return (tensors, minScore, boxes) => {
      for (const level of levels) decodeLevel(level, tensors, minScore, boxes)
    }
  }
}

interface Level {
  readonly stride: number
  /** Cells in a row of the grid. */
  readonly columns: number
  /** Where each head stands among the outputs. */
  readonly cls: number
  readonly obj: number
  readonly bbox: number
  readonly kps: number
}

function decodeLevel(level: Level, tensors: readonly OutputTensor[], minScore: number, boxes: DetectionColumns): void {
  const { stride, columns } = level
  const cls = tensors[level.cls]!.data
  const obj = tensors[level.obj]!.data
  const bbox = tensors[level.bbox]!.data
  const kps = tensors[level.kps]!.data
  const minProduct = minScore * minScore
  // Neither is above 1: their product is never more than one of them.
  for (const cell of placesAtLeast(obj, 0, obj.length, minProduct)) {
    const product = cls[cell]! * obj[cell]!
    if (product < minProduct) continue
    const column = cell % columns
    const row = (cell - column) / columns
    const w = Math.exp(bbox[cell * 4 + 2]!) * stride
    const h = Math.exp(bbox[cell * 4 + 3]!) * stride
    const x = (column + bbox[cell * 4]!) * stride - w / 2
    const y = (row + bbox[cell * 4 + 1]!) * stride - h / 2
    const index = boxes.push(x, y, w, h, Math.sqrt(product), 0)
    const landmarks = boxes.landmarks
    if (!landmarks) continue
    for (let n = 0; n < 10; n += 2) {
      landmarks[index * 10 + n] = (kps[cell * 10 + n]! + column) * stride
      landmarks[index * 10 + n + 1] = (kps[cell * 10 + n + 1]! + row) * stride
    }
  }
}
