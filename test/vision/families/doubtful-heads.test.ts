import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { recogniseFamily } from '../../../src/vision/families/registry.ts'
import { modelFacts } from '../../../src/vision/onnx/model-facts.ts'
import { node } from '../../../src/vision/onnx/schema.ts'
import { foundBy } from '../../support/found-by.ts'
import { constantHead } from '../../support/onnx-head.ts'
import { tinyModel } from '../../support/onnx-model.ts'

// Heads with numbers that are none where a decoder chooses by them, and outputs that only look like a family's.

const input = (side: number) => ({ name: 'images', dims: [1, 3, side, side] })

test('FD1 of YOLOv8 a cell of whose scores one is no number is no box, wherever that stands beside better ones', async () => {
  const cells = 21
  const data = new Array<number>(6 * cells).fill(0)
  for (const [cell, scores] of [
    [Number.NaN, 0.9],
    [0.9, Number.NaN],
    [0.8, 0.7]
  ].entries())
    for (const [n, value] of [10, 8, 4, 6, ...scores].entries()) data[n * cells + cell] = value
  const head = { input: input(32), outputs: [{ name: 'output0', dims: [1, 6, cells], data }] }
  const { boxes, invalidBoxes } = await foundBy(constantHead(head))
  deepStrictEqual([boxes, invalidBoxes], [[[8, 5, 4, 6, 0.8, 'class-0']], 2])
})

test('FD2 a YOLOv5 with a fourth grid has its anchors too', async () => {
  const data = [10, 8, 4, 6, 0.9, 0.1, 0.8]
  const head = { input: input(64), outputs: [{ name: 'output0', dims: [1, 3 * (64 + 16 + 4 + 1), 7], data }] }
  const { family, boxes } = await foundBy(constantHead(head))
  deepStrictEqual([family, boxes], ['yolov5', [[8, 5, 4, 6, 0.72, 'class-1']]])
})

test('FD3 a suppression that says it has more rows than it gives has those that it gives', async () => {
  const outputs = [
    { name: 'num_dets', dims: [1, 1], data: [1000], dataType: 'int64' as const },
    { name: 'det_boxes', dims: [1, 2, 4], data: [8, 5, 12, 11, 20, 20, 30, 30] },
    { name: 'det_scores', dims: [1, 2], data: [0.7, 0.6] },
    { name: 'det_classes', dims: [1, 2], data: [2, 0], dataType: 'int64' as const }
  ]
  const { boxes, invalidBoxes } = await foundBy(constantHead({ input: input(32), outputs }))
  deepStrictEqual(
    [boxes, invalidBoxes],
    [
      [
        [8, 5, 4, 6, 0.7, 'car'],
        [20, 20, 10, 10, 0.6, 'person']
      ],
      0
    ]
  )
})

test('FD4 a class beyond all numbers of classes is none, and does not become the first', async () => {
  const row = (classId: number) => [8, 5, 12, 11, 0.7, classId]
  const outputs = [{ name: 'output0', dims: [1, 300, 6], data: [...row(2 ** 32), ...row(2 ** 33), ...row(1e30)] }]
  const { boxes, invalidBoxes } = await foundBy(constantHead({ input: input(32), outputs }))
  deepStrictEqual([boxes, invalidBoxes], [[], 3])
})

test('FD5 a network that labels the pixels of the grid of FastestDet is not taken for that', () => {
  const outputs = [{ name: 'labels', dims: [1, 8, 2, 2] }]
  const familyOf = (...operators: string[]) => {
    const nodes = operators.map((operator, at) => node(operator, ['images'], [at === 0 ? 'labels' : `more${at}`]))
    return recogniseFamily(modelFacts(tinyModel({ nodes, outputs }), 'labels.onnx'))?.name
  }
  deepStrictEqual([familyOf('Softmax'), familyOf('Sigmoid')], [undefined, undefined])
  strictEqual(familyOf('Softmax', 'Sigmoid'), 'fastestdet')
})

test('FD6 names of classes of which one is missing are the names of none', async () => {
  const row = [10, 8, 4, 6, 0.9, 0.1, 0.8]
  const outputs = [{ name: 'output0', dims: [1, 63, 7], data: row }]
  const named = async (names: string) =>
    (await foundBy(constantHead({ input: input(32), metadata: { names }, outputs }))).boxes[0]?.at(-1)
  deepStrictEqual(
    [await named("{0: 'cat', 1: 'dog'}"), await named("{0: 'cat', 2: 'dog'}"), await named("{1: 'cat', 2: 'dog'}")],
    ['dog', 'class-1', 'class-1']
  )
})

test('FD7 of a transformer a query whose score is no number is no box, beside others that are', async () => {
  const outputs = [
    { name: 'logits', dims: [1, 2, 2], data: [Number.NaN, -5, -5, 2] },
    { name: 'pred_boxes', dims: [1, 2, 4], data: [0.5, 0.5, 0.5, 0.25, 0.5, 0.5, 1, 1] }
  ]
  const { boxes, invalidBoxes } = await foundBy(constantHead({ input: input(32), outputs }), { family: 'rt-detr' })
  deepStrictEqual([boxes, invalidBoxes], [[[0, 0, 32, 32, 0.881, 'class-1']], 1])
})

test('FD8 a transformer that chooses by softmax, whose last class is that nothing is there, is not taken for RT-DETR', () => {
  const outputs = [
    { name: 'logits', dims: [1, 100, 92] },
    { name: 'pred_boxes', dims: [1, 100, 4] }
  ]
  const familyOf = (...operators: string[]) => {
    const nodes = operators.map((operator, at) => node(operator, ['images'], [`${at}`]))
    return recogniseFamily(modelFacts(tinyModel({ nodes, outputs }), 'queries.onnx'))?.name
  }
  deepStrictEqual([familyOf('Softmax'), familyOf('Softmax', 'GridSample')], [undefined, 'rt-detr'])
})

test('FD9 names that are written as a list are names too: eleven of them are no face', async () => {
  const names = Array.from({ length: 11 }, (_, n) => `class ${n}`)
  const row = [10, 8, 4, 6, 0.9, 0.1, 0.8]
  const outputs = [{ name: 'output0', dims: [1, 63, 16], data: row }]
  const metadata = { stride: '32', names: JSON.stringify(names) }
  const { family, boxes } = await foundBy(constantHead({ input: input(32), metadata, outputs }))
  deepStrictEqual([family, boxes], ['yolov5', [[8, 5, 4, 6, 0.72, 'class 1']]])
})
