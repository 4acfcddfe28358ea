import { classesByGraph, type DetectionFamily, type HeadHints, inputSize, type OutputShape } from './family.ts'
import { cellCount } from './grid.ts'
import { placesAtLeast } from './scan.ts'

/** Those of heads with a finer or a coarser grid included. */
const strides = [
  [8, 16, 32],
  [4, 8, 16, 32],
  [8, 16, 32, 64]
]
const tasks = ['detect', 'segment', 'pose']

/**
 * YOLOv8, v9, v11 and v12 as Ultralytics exports them (nn/modules/head.py, Detect, Segment, Pose): `[1, numbers, cells]`, a
 * row for each number. The first four are the box's centre and size in pixels of the input, then class scores through the
 * sigmoid, then what else a head gives: 32 coefficients of masks, whose prototypes are a second output, or key points.
 */
export const yolov8: DetectionFamily = {
  name: 'yolov8',
  task: 'detect',
  landmarks: () => false,
  defaults: { minScore: 0.25, iou: 0.7 },

  matches(facts) {
    const [head] = facts.outputs
    const [, numbers, cells] = head?.dims ?? []
    // Exported for any size it leaves the number of cells open, and says what it is.
    const isOpen = typeof cells === 'string' && head?.dims?.length === 3 && tasks.includes(facts.metadata.task ?? '')
    return isOpen ? typeof numbers === 'number' : classesByGraph(this, facts) !== undefined
  },

  input(facts) {
    return {
      ...inputSize(facts, sizeIn(facts.metadata.imgsz) ?? { width: 640, height: 640 }),
      mode: 'letterbox-centre',
      pad: 114,
      encoding: { channels: 'rgb', mean: [0, 0, 0], std: [255, 255, 255] }
    }
  },

  classCount(input, outputs, hints) {
    const dims = outputs[0]?.dims ?? []
    const isHead = outputs.length <= 2 && dims.length === 3 && strides.some(each => cellCount(input, each) === dims[2])
    const classes = isHead ? classesOf(outputs, hints) : 0
    return classes > 0 ? classes : undefined
  },

  decoder(_input, outputs, hints) {
    const cells = outputs[0]!.dims[2]!
    const classes = classesOf(outputs, hints)
    const best = new Float32Array(cells)
    const bestClass = new Int32Array(cells)
    const found = new Int32Array(cells)
    return ([head], minScore, boxes) => {
      const { data } = head!
      let count = 0
      const end = (4 + classes) * cells
      best.fill(-1)
      for (const at of placesAtLeast(data, 4 * cells, end, minScore)) {
        const cell = at % cells
        const score = data[at]!
        if (best[cell] === -1) found[count++] = cell
        else if (score <= best[cell]! || Number.isNaN(best[cell]!)) continue
        best[cell] = score
        bestClass[cell] = (at - cell) / cells - 4
      }
      for (let n = 0; n < count; n++) {
        const cell = found[n]!
        const w = data[2 * cells + cell]!
        const h = data[3 * cells + cell]!
        boxes.push(data[cell]! - w / 2, data[cells + cell]! - h / 2, w, h, best[cell]!, bestClass[cell]!)
      }
    }
  }
}

/** How many of a cell's numbers are class scores; less than 1 when that cannot be told. */
function classesOf([head, masks]: readonly OutputShape[], { facts, labels }: HeadHints): number {
  const numbers = head!.dims[1]! - 4
  if (masks) return masks.dims.length === 4 ? numbers - masks.dims[1]! : 0
  const { task } = facts.metadata
  if (task !== undefined && !tasks.includes(task)) return 0
  // A head with key points is joined of the whole head without them, and of them.
  const hasPoints = task === 'pose' || (task === undefined && facts.outputs[0]?.parts[0] === 'Concat')
  if (!hasPoints) return numbers
  if (labels && labels.length < numbers) return labels.length
  return (numbers - 1) % 3 === 0 ? 1 : 0
}

/** `[320, 640]`: height and width. */
function sizeIn(text: string | undefined): { width: number; height: number } | undefined {
  const [, height, width] = /^\[(\d+), (\d+)\]$/.exec(text ?? '') ?? []
  return width && height ? { width: Number(width), height: Number(height) } : undefined
}
