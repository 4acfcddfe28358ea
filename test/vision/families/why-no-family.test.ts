import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { recogniseFamily } from '../../../src/vision/families/registry.ts'
import { whyNoFamily } from '../../../src/vision/families/why-no-family.ts'
import { type ModelFacts, modelFacts } from '../../../src/vision/onnx/model-facts.ts'
import { unsupportedOperators } from '../../../src/vision/onnx/operators.ts'
import { node, nodeField } from '../../../src/vision/onnx/schema.ts'
import { textField } from '../../../src/vision/onnx/wire.ts'
import { withMetadata } from '../../support/onnx-head.ts'
import { type TinyModel, tinyModel } from '../../support/onnx-model.ts'

type Shape = readonly [name: string, ...dims: number[]]

function factsOf(outputs: readonly Shape[], { nodes = [], ...more }: Partial<TinyModel> = {}): ModelFacts {
  const values = outputs.map(([name, ...dims]) => ({ name, dims }))
  return modelFacts(tinyModel({ ...more, nodes, outputs: values }), 'tiny.onnx')
}

const raw: Shape[] = [
  ['a', 1, 3, 4, 4, 85],
  ['b', 1, 3, 2, 2, 85],
  ['c', 1, 3, 1, 1, 85]
]
const misses: { what: string; facts: ModelFacts; why: RegExp }[] = [
  {
    what: 'raw heads of YOLOv5 are to be exported with their grid',
    facts: factsOf(raw),
    why: /a \[1, 3, 4, 4, 85\].*--grid/
  },
  {
    what: 'a YOLOX that has decoded its boxes is to be exported without',
    facts: factsOf([['output', 1, 21, 9]], { nodes: [node('Exp', ['images'], ['output'])] }),
    why: /decode_in_inference/
  },
  {
    what: 'eleven nameless classes of YOLOv5 may be a face with five points, and are not guessed',
    facts: factsOf([['output', 1, 63, 16]]),
    why: /family: yolov5` or `family: yolov5-face/
  },
  {
    what: 'queries of a transformer are those of RT-DETR only for who states it: DETR chooses otherwise',
    facts: factsOf([
      ['logits', 1, 100, 16],
      ['pred_boxes', 1, 100, 4]
    ]),
    why: /if it is RT-DETR or D-FINE, state `family: rt-detr`.*DETR and YOLOS.*softmax/
  },
  {
    what: 'a YOLOv7 with its own suppression is to be exported without',
    facts: factsOf([['output', 100, 7]]),
    why: /--end2end/
  },
  {
    what: 'a PaddleDetection model that asks for a scale is to be exported without its post-processing',
    facts: factsOf([['output', 100, 6]], { moreInputs: [{ name: 'scale_factor', dims: [1, 2] }] }),
    why: /scale_factor \[1, 2\].*without/
  }
]
for (const { what, facts, why } of misses) {
  test(what, () => {
    strictEqual(recogniseFamily(facts), undefined)
    match(whyNoFamily(facts), why)
  })
}

test('boxes that are turned are not taken for boxes of one class more', () => {
  const outputs = [{ name: 'output0', dims: [1, 20, 21] }]
  const facts = modelFacts(withMetadata(tinyModel({ nodes: [], outputs }), { task: 'obb' }), 'tiny.onnx')
  strictEqual(recogniseFamily(facts), undefined)
  match(whyNoFamily(facts), /turned/)
})

test('operators of unknown names and domains are told, those of ONNX Runtime and of the standard are not', () => {
  const foreign = [...node('Magic', ['b'], ['c']), textField(nodeField.domain, 'ai.example')]
  const microsoft = [...node('FusedConv', ['c'], ['d']), textField(nodeField.domain, 'com.microsoft')]
  const nodes = [node('Conv', ['images'], ['a']), node('NoSuchOperator', ['a'], ['b']), foreign, microsoft]
  deepStrictEqual(unsupportedOperators(factsOf([['d', 1]], { nodes })), ['NoSuchOperator', 'ai.example::Magic'])
})

test('a version of the standard operators that the runtime does not know is told', () => {
  deepStrictEqual(unsupportedOperators({ ...factsOf([]), opsets: { '': 99 } }), [
    'version 99 of the standard operators'
  ])
})
