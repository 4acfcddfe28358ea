import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { detectorsHere, settingsText, usualWishes } from '../../web/src/uploads/upload-wishes.ts'

test('UW1 as usual says nothing; what is chosen is said as the settings of an analysis have it', () => {
  strictEqual(settingsText(usualWishes), undefined)
  const text = settingsText({ model: 'yolox-s', classes: ['person'], tiles: 'auto', every: 'auto' })
  deepStrictEqual(JSON.parse(text!), { model: 'yolox-s', classes: ['person'], tiles: 'auto', every: 'auto' })
  strictEqual(settingsText({ ...usualWishes, model: 'motion', tiles: '2x2', every: 'auto' }), '{"model":"motion"}')
})

test('UW2 only models that find things and are here can be chosen', () => {
  const model = (task: string, isPresent: boolean) => ({ task, isPresent })
  const models = [model('detect', true), model('detect', false), model('embed', true), model('classify', true)]
  deepStrictEqual(detectorsHere(models), [models[0]])
})
