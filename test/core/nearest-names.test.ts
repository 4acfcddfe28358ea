import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { nearestNames } from '../../src/core/nearest-names.ts'

const names = ['yolox-nano', 'yolox-tiny', 'yunet', 'osnet']
const cases = [
  { rule: 'a slip of the finger is near', wanted: 'yolx-nano', expected: ['yolox-nano'] },
  { rule: 'a part of a name is near', wanted: 'yolox', expected: ['yolox-nano', 'yolox-tiny'] },
  { rule: 'a name with more around it is near', wanted: 'osnet-x1', expected: ['osnet'] },
  { rule: 'capitals do not matter', wanted: 'YuNet', expected: ['yunet'] },
  { rule: 'the nearest comes first', wanted: 'yunot', expected: ['yunet'] },
  { rule: 'something else is near to nothing', wanted: 'elephant', expected: [] }
]
for (const { rule, wanted, expected } of cases) {
  test(rule, () => {
    deepStrictEqual(nearestNames(wanted, names), expected)
  })
}

test('no more than asked for', () => {
  deepStrictEqual(nearestNames('model', ['model-a', 'model-b', 'model-c'], 2), ['model-a', 'model-b'])
})
