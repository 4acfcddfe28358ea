import { deepStrictEqual, doesNotThrow, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { planAnalysis } from '../../src/commands/analysis-options.ts'
import { checkModels, isFileOfMachine, modelsNamed } from '../../src/config/model-choice.ts'

const [a, b] = [{ model: 'a' }, { model: 'b' }]
const inside = { ...b, inside: ['person'] }

const clashes = [
  { what: 'a model and a list', settings: { model: 'a', models: [b] }, says: /give one of them/ },
  { what: 'a list and classes', settings: { models: [a, b], classes: ['person'] }, says: /each says itself/ },
  { what: 'fusing of nothing', settings: { fuse: 0.5 }, says: /name several/ },
  { what: 'fusing of one', settings: { models: [a, inside], fuse: 0.5 }, says: /two of them/ },
  { what: 'models that all look inside of others', settings: { models: [inside] }, says: /whole picture/ },
  { what: 'motion among others', settings: { models: [a, { model: 'motion' }] }, says: /leave it out/ }
]
for (const { what, settings, says } of clashes) {
  test(`${what} is SL_OPTION_CONFLICT`, () => {
    throws(() => checkModels(settings), { code: 'SL_OPTION_CONFLICT', message: says })
  })
}

test('one model, several, or none go together with what is theirs', () => {
  for (const settings of [
    {},
    { model: 'motion', classes: ['moving'] },
    { models: [a, b], fuse: 0.5 },
    { models: [a, inside] }
  ])
    doesNotThrow(() => checkModels(settings))
  deepStrictEqual(modelsNamed({ models: [a, b] }), ['a', 'b'])
})

for (const [model, isFile] of [
  ['yolox-nano', false],
  ['motion', false],
  ['x.onnx', true],
  ['../x', true],
  ['own.ts', true],
  ['own.MJS', true],
  ['C:\\own.cjs', true]
] as const) {
  test(`${model} is ${isFile ? 'a' : 'no'} file of the machine`, () => strictEqual(isFileOfMachine(model), isFile))
}

const plan = (flags: object, settings = {}) => planAnalysis('clip.mp4', { out: 'out', ...flags }, settings)

test('--model names one, or several with their classes and what they look inside of', () => {
  deepStrictEqual([plan({ model: ['a'] }).model, plan({ model: ['a'] }).models], ['a', undefined])
  deepStrictEqual(plan({ model: ['a=person,car', './b.onnx=face@person'], fuse: undefined }).models, [
    { model: 'a', classes: ['person', 'car'] },
    { model: './b.onnx', classes: ['face'], inside: ['person'] }
  ])
  // Jobs of earlier versions.
  strictEqual(plan({ model: 'a' }).model, 'a')
})

test('--model goes before all that the settings say of models', () => {
  const { model, models, fuse } = plan({ model: ['a'] }, { models: [a, b], fuse: 0.5 })
  deepStrictEqual([model, models, fuse], ['a', undefined, undefined])
  strictEqual(plan({}, { models: [a, b], fuse: 0.5 }).fuse, 0.5)
})

for (const text of ['a=', 'a@', 'a=person,', '=person']) {
  test(`--model ${text} is SL_OPTION_INVALID`, () => {
    throws(() => plan({ model: [text] }), { code: 'SL_OPTION_INVALID' })
  })
}
