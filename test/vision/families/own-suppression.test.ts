import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { DetectionColumns } from '../../../src/core/columns.ts'
import { endToEnd } from '../../../src/vision/families/end-to-end.ts'
import { recogniseFamily } from '../../../src/vision/families/registry.ts'
import { modelFacts } from '../../../src/vision/onnx/model-facts.ts'
import { constantNode, integerAttribute, integersAttribute, node, tensor } from '../../../src/vision/onnx/schema.ts'
import { foundBy } from '../../support/found-by.ts'
import { tinyModel } from '../../support/onnx-model.ts'

const column = (name: string, at: bigint) => constantNode(name, tensor(name, 'int64', [1], new BigInt64Array([at])))
const numbers = (name: string, dims: readonly number[], data: readonly number[]) =>
  constantNode(name, tensor(name, 'float32', dims, new Float32Array(data)))
const axis = (at: number) => integerAttribute('axis', at)

/**
 * As YOLOv7 is exported with `--end2end --max-wh`: a suppression of its own, and of what that leaves a row each. The lighter the
 * picture, the less sure its boxes are: at the grey that models are opened with there is none.
 */
function yolov7(): Uint8Array {
  const corners = [8, 5, 12, 11, 8, 5, 12, 11, 20, 20, 30, 30]
  return tinyModel({
    outputs: [{ name: 'output', dims: ['boxes', 7] }],
    nodes: [
      ...[numbers('corners', [3, 4], corners), numbers('batches', [1, 3, 4], corners)],
      ...[numbers('sure', [1, 1, 3], [0.9, 0.8, 0.7]), numbers('kinds', [3, 1], [2, 2, 0])],
      ...[numbers('overlap', [1], [0.45]), numbers('least', [1], [0.4]), column('most', 100n)],
      ...[column('first', 0n), column('third', 2n), column('flat', -1n)],
      node(
        'ReduceMean',
        ['images'],
        ['light'],
        [integersAttribute('axes', [1, 2, 3]), integerAttribute('keepdims', 0)]
      ),
      node('Sub', ['sure', 'light'], ['scores']),
      node('NonMaxSuppression', ['batches', 'scores', 'most', 'overlap', 'least'], ['chosen']),
      node('Gather', ['chosen', 'first'], ['frame'], [axis(1)]),
      node('Cast', ['frame'], ['frames'], [integerAttribute('to', 1)]),
      node('Gather', ['chosen', 'third'], ['places'], [axis(1)]),
      node('Reshape', ['places', 'flat'], ['place']),
      node('Gather', ['corners', 'place'], ['boxes'], [axis(0)]),
      node('Gather', ['kinds', 'place'], ['classes'], [axis(0)]),
      node('Reshape', ['scores', 'flat'], ['all']),
      node('Gather', ['all', 'places'], ['own'], [axis(0)]),
      node('Concat', ['frames', 'boxes', 'classes', 'own'], ['output'], [axis(1)])
    ]
  })
}

test("rows of YOLOv7's own suppression are boxes, as many as there are in a picture", async () => {
  const { family, boxes } = await foundBy(yolov7())
  strictEqual(family, 'end-to-end')
  deepStrictEqual(boxes, [
    [8, 5, 4, 6, 0.9, 'car'],
    [20, 20, 10, 10, 0.7, 'person']
  ])
})

test('rows of another frame of a batch are no boxes of a picture', () => {
  const outputs = [
    { name: 'output', dims: [2, 7], data: Float32Array.of(0, 8, 5, 12, 11, 2, 0.9, 1, 20, 20, 30, 30, 0, 0.7) }
  ]
  const boxes = new DetectionColumns()
  const facts = modelFacts(yolov7(), 'v7.onnx')
  const decode = endToEnd.decoder(endToEnd.input(facts), outputs, { facts, labels: undefined })
  decode(outputs, 0.1, boxes)
  deepStrictEqual([...boxes.boxes.subarray(0, boxes.count * 4)], [8, 5, 4, 6])
})

test('what tells seven classes apart and suppresses nothing is no such head', () => {
  const classifier = tinyModel({
    outputs: [{ name: 'output', dims: ['batch', 7] }],
    nodes: [node('GlobalAveragePool', ['images'], ['output'])]
  })
  strictEqual(recogniseFamily(modelFacts(classifier, 'classifier.onnx'))?.name, 'classification')
})
