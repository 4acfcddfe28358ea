import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { namesIn } from '../../src/vision/labels.ts'
import { modelFacts } from '../../src/vision/onnx/model-facts.ts'
import { withMetadata } from '../support/onnx-head.ts'
import { tinyModel } from '../support/onnx-model.ts'

// What exporters note as the names of a model's classes: Python's text of a mapping or a list, or JSON.

const graph = tinyModel({ nodes: [], outputs: [] })
const named = (names: string) => namesIn(modelFacts(withMetadata(graph, { names }), 'tiny.onnx'))

for (const text of [
  "['person', 'helmet']",
  '["person","helmet"]',
  '[\n  "person",\n  "helmet"\n]\n',
  "['person', 'helmet',]",
  '{"0": "person", "1": "helmet"}',
  "{'0': 'person', '1': 'helmet'}",
  "{0:'person',1:'helmet'}",
  `{0: 'person', 1: "helmet"}`
])
  test(`NL1 names are read as Python and JSON write them: ${JSON.stringify(text)}`, () => {
    deepStrictEqual(named(text), ['person', 'helmet'])
  })

const inNames: readonly (readonly [text: string, names: readonly string[]])[] = [
  [String.raw`['driver\'s cab', "a 'quoted' one", 'C:\\']`, ["driver's cab", "a 'quoted' one", 'C:\\']],
  [String.raw`["5\" nail", "nut, bolt", "]"]`, ['5" nail', 'nut, bolt', ']']],
  ["{0: 'nut, 1: bolt', 1: '}'}", ['nut, 1: bolt', '}']],
  [String.raw`["\u4eba", "caf\u00e9", "\ud83d\ude97"]`, ['人', 'café', '🚗']],
  [String.raw`['caf\xe9', '\\x41', '人']`, ['café', '\\x41', '人']],
  ["['0', '1']", ['0', '1']]
]
for (const [text, names] of inNames)
  test(`NL2 in a name may be what stands between names, or be written by its number: ${text}`, () => {
    deepStrictEqual(named(text), names)
  })

for (const text of [
  ...['', '[]', '{}', '[', "'", 'person,helmet', "'person', 'helmet'", '[person, helmet]', 'null', '[1, 2]', '[,]'],
  ...["['person', 'helmet'", "['person' 'helmet']", "['person', 'helmet'}", "['person', , 'helmet']", "['person'] + x"],
  ...["['person', f('helmet')]", "['person', 0: 'helmet']", "{'person', 'helmet'}", '{"person": 0, "helmet": 1}'],
  ...["{0: 'person', 2: 'helmet'}", "{1: 'person', 2: 'helmet'}", "{0: 'person', 'helmet'}", `{'0": 'person'}`]
])
  test(`NL3 what is no whole list of names is the names of none: ${text}`, () =>
    deepStrictEqual(named(text), undefined))

test('NL4 of a text that is longer than any names nothing is read, and one that ends nowhere is soon passed over', () => {
  deepStrictEqual(named(`['${'a'.repeat(2 ** 20)}']`), undefined)
  for (const part of ['a', '\\\\', "\\'", ' ', '0', "'a',", "'a' ", "0:'"])
    for (const begin of ['[', "['", '{', "{0: '"])
      deepStrictEqual(named(`${begin}${part.repeat(2 ** 19 / part.length)}!]`), undefined, begin + part)
})
