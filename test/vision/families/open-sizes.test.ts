import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { recogniseFamily } from '../../../src/vision/families/registry.ts'
import { modelFacts } from '../../../src/vision/onnx/model-facts.ts'
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
