import { ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DetectionFamily } from '../../../src/vision/families/family.ts'
import { families, recogniseFamily } from '../../../src/vision/families/registry.ts'
import { whyNoFamily } from '../../../src/vision/families/why-no-family.ts'
import type { ModelFacts } from '../../../src/vision/onnx/model-facts.ts'
import { PostProcessing } from '../../../src/vision/post-processing.ts'

/** Outputs of each family for an input of 64×64: 8×8, 4×4, 2×2 and one cell. */
const shapes: Readonly<Record<string, readonly (readonly [name: string, ...dims: number[]])[]>> = {
  yolox: [['output', 1, 84, 8]],
  yolov5: [['output0', 1, 252, 8]],
  yolov8: [['output0', 1, 7, 84]],
  'yolo-face': [['output0', 1, 20, 84]],
  'yolov5-face': [['output0', 1, 252, 16]],
  'yolo-face-raw': [8, 4, 2].map(side => [`${side}`, 1, 80, side, side]),
  nanodet: [...levels([64, 16, 4], 3), ...levels([64, 16, 4], 32)],
  'nanodet-plus': [['output', 1, 85, 35]],
  picodet: [...levels([64, 16, 4, 1], 3), ...levels([64, 16, 4, 1], 32)],
  fastestdet: [['output', 1, 8, 4, 4]],
  ultraface: [
    ['scores', 1, 235, 2],
    ['boxes', 1, 235, 4]
  ],
  scrfd: [...levels([128, 32, 8], 1), ...levels([128, 32, 8], 4), ...levels([128, 32, 8], 10)],
  yunet: [
    ...['cls', 'obj', 'bbox', 'kps'].flatMap((head, n) =>
      levels([64, 16, 4], [1, 1, 4, 10][n]!).map(([, ...dims], at) => [`${head}_${8 << at}`, ...dims] as const)
    )
  ],
  'rf-detr': [
    ['dets', 1, 20, 4],
    ['labels', 1, 20, 3]
  ],
  'rt-detr': [
    ['labels', 1, 20],
    ['boxes', 1, 20, 4],
    ['scores', 1, 20]
  ],
  'end-to-end': [['output0', 1, 20, 6]]
}

function levels(cells: readonly number[], numbers: number): [string, number, number, number][] {
  return cells.map(count => [`${count}`, 1, count, numbers])
}

const facts: ModelFacts = {
  ...{ irVersion: 8, opsets: {}, producer: '', operators: {}, functions: [], metadata: {}, parameters: 0 },
  inputs: [{ name: 'images', dataType: 'float32', dims: [1, 3, 64, 64] }],
  outputs: []
}
const placed = { left: 0, top: 0, width: 64, height: 64 }
const wrong = fc.constantFrom(
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38, -3e38, -1, 0, 0.9, 1, 50]
)

for (const family of families.filter(each => each.task === 'detect')) {
  test(`${family.name}: whatever numbers there are, what comes out are boxes of known classes within bounds of reason`, () => {
    const { decoder, classes } = opened(family)
    let seen = 0
    fc.assert(
      fc.property(fc.array(wrong, { minLength: 1, maxLength: 60 }), fc.nat(59), (numbers, skip) => {
        const outputs = outputsOf(family.name).map(({ name, dims, data }) => ({
          ...{ name, dims },
          data: data.map((_, at) => numbers[(at * (skip + 1)) % numbers.length]!)
        }))
        const { boxes } = decoder.process(outputs, placed, { minScore: 0.3, iou: 0.5 })
        seen += boxes.count
        for (let row = 0; row < boxes.count; row++) {
          const [x, y, w, h] = boxes.boxes.subarray(row * 4, row * 4 + 4)
          ok(Number.isFinite(x! + y! + w! + h!) && w! > 0 && h! > 0, `${[x, y, w, h]}`)
          ok(boxes.scores[row]! >= 0.3 && boxes.scores[row]! <= 1, `${boxes.scores[row]}`)
          ok(boxes.classIds[row]! >= 0 && boxes.classIds[row]! < classes)
        }
      }),
      { numRuns: 400 }
    )
    ok(seen > 0)
  })
}

function outputsOf(family: string) {
  return shapes[family]!.map(([name, ...dims]) => ({
    ...{ name, dims },
    data: new Float32Array(dims.reduce((product, dim) => product * dim, 1))
  }))
}

function opened(family: DetectionFamily) {
  const outputs = outputsOf(family.name)
  const input = family.input(facts)
  const hints = { facts, labels: undefined }
  const classes = family.classCount(input, outputs, hints)
  ok(classes !== undefined)
  const decoder = new PostProcessing(family.decoder(input, outputs, hints), family.landmarks(outputs), classes)
  return { decoder, classes }
}

const dim = fc.oneof(fc.constantFrom<number | string>(1, 3, 4, 6, 21, 84, 85, 300, 0, -1, 'batch', '?'), fc.nat(9000))
const value = fc.record({
  name: fc.constantFrom('output', 'labels', 'boxes', 'scores', 'dets', 'logits', 'pred_boxes', 'cls_8'),
  dataType: fc.constant('float32' as const),
  dims: fc.option(fc.array(dim, { maxLength: 6 }), { nil: undefined }),
  parts: fc.constantFrom([], ['Concat', 'Reshape'], ['Mul', 'Sigmoid'])
})

test('outputs of any number, rank and size are of some family or of none, and never an error', () => {
  fc.assert(
    fc.property(fc.array(value, { maxLength: 12 }), outputs => {
      const odd = { ...facts, outputs }
      recogniseFamily(odd)
      whyNoFamily(odd)
      const sizes = outputs.map(({ name, dims }) => ({ name, dims: (dims ?? []).map(each => Number(each) || 1) }))
      for (const family of families)
        if (family.task === 'detect') family.classCount(family.input(facts), sizes, { facts: odd, labels: undefined })
    }),
    { numRuns: 500 }
  )
})
