import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { recogniseFamily } from '../../../src/vision/families/registry.ts'
import { modelFacts } from '../../../src/vision/onnx/model-facts.ts'
import { hasPictureInput } from '../../../src/vision/onnx/preprocessing.ts'
import { constantNode, type Dimension, node, tensor } from '../../../src/vision/onnx/schema.ts'
import { foundBy } from '../../support/found-by.ts'
import { withMetadata } from '../../support/onnx-head.ts'
import { tinyModel } from '../../support/onnx-model.ts'

const open = {
  yolov8: { dims: ['batch', 84, 'anchors'], metadata: { task: 'detect', imgsz: '[320, 640]' }, size: [640, 320] },
  yolov5: { dims: ['batch', 'anchors', 85], metadata: { stride: '32' }, size: [640, 640] }
} as const
for (const [family, { dims, metadata, size }] of Object.entries(open)) {
  test(`a ${family} that was exported for any size is recognised, and gets the size that it names or the usual one`, () => {
    const picture = { name: 'images', dims: ['batch', 3, 'height', 'width'] }
    const model = tinyModel({ input: picture, nodes: [], outputs: [{ name: 'output0', dims }] })
    const facts = modelFacts(withMetadata(model, metadata), 'open.onnx')
    const found = recogniseFamily(facts)
    const { width, height } = found!.input(facts)
    deepStrictEqual([found!.name, width, height], [family, ...size])
  })
}

/** As Hugging Face's Optimum writes it: of the picture it says nothing but its rank. */
const openPicture = { name: 'pixel_values', dims: ['batch_size', 'num_channels', 'height', 'width'] }
const queries = (count: Dimension, classes: Dimension = 2) => [
  { name: 'logits', dims: ['batch_size', count, classes] },
  { name: 'pred_boxes', dims: ['batch_size', count, 4] }
]

for (const count of [3, 'num_queries'])
  test(`OS1 an RT-DETR whose channels are open, and whose queries are ${count}, opens and runs where it is stated`, async () => {
    const logits = new Float32Array([3, -5, -5, -5, -5, -5])
    const sides = new Float32Array([0.5, 0.5, 0.5, 0.25, 0, 0, 0, 0, 0, 0, 0, 0])
    const nodes = [
      constantNode('logits', tensor('logits', 'float32', [1, 3, 2], logits)),
      constantNode('pred_boxes', tensor('pred_boxes', 'float32', [1, 3, 4], sides))
    ]
    const model = tinyModel({ input: openPicture, nodes, outputs: queries(count) })
    const { boxes } = await foundBy(model, { family: 'rt-detr' })
    deepStrictEqual(boxes, [[160, 240, 320, 160, 0.953, 'class-0']])
  })

const sampling = [node('GridSample', ['pixel_values', 'grid'], ['sampled'])]
for (const [what, outputs, nodes, family] of [
  ['with open queries is recognised by how its attention samples', queries('num_queries'), sampling, 'rt-detr'],
  ['with as many as it says, too', queries(300), sampling, 'rt-detr'],
  ['without that is of no family', queries('num_queries'), [], undefined],
  ['with open classes is of no family', queries('num_queries', 'classes'), sampling, undefined],
  [
    'with queries of which one output tells the number is of none',
    [queries(300)[0]!, queries('n')[1]!],
    sampling,
    undefined
  ]
] as const)
  test(`OS2 a transformer ${what}`, () => {
    const facts = modelFacts(tinyModel({ input: openPicture, nodes, outputs }), 'open.onnx')
    deepStrictEqual(recogniseFamily(facts)?.name, family)
  })

for (const [what, dims, isRead] of [
  ['whose channels are open is read', ['N', 'channels', 'height', 'width'], true],
  ['that says nothing of its sizes is read', ['?', '?', '?', '?'], true],
  ['with its colours last is not', ['N', 'height', 'width', 3], false],
  ['of one channel is not', ['N', 1, 'height', 'width'], false]
] as const)
  test(`OS3 a picture ${what}`, () => {
    const facts = modelFacts(tinyModel({ input: { name: 'images', dims }, nodes: [], outputs: [] }), 'open.onnx')
    deepStrictEqual(hasPictureInput(facts), isRead)
  })
