import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { pastPeriods, pastSearch, shapeOf, shapeText, spanOf } from '../../web/src/pages/past/past-search.ts'

const line = {
  kind: 'line',
  points: [
    [0.1, 0.5],
    [0.9, 0.12345]
  ]
} as const

test('PS1 a shape in the address is the one that was drawn, to a ten thousandth', () => {
  deepStrictEqual(shapeText(line), 'line:1000,5000;9000,1235')
  deepStrictEqual(shapeOf('line:1000,5000;9000,1235'), {
    kind: 'line',
    points: [
      [0.1, 0.5],
      [0.9, 0.1235]
    ]
  })
})

for (const text of [
  'line:1,2',
  'zone:1,2;3,4',
  'line:1,2;3',
  'line:1,2;3,10001',
  'mask:1,2;3,4;5,6',
  'line:1,2;3,4;',
  ''
])
  test(`PS2 ${text || 'nothing'} is no shape`, () => deepStrictEqual(shapeOf(text), undefined))

test('PS3 an address is taken as far as it is a question', () => {
  const shape = 'zone:0,0;10000,0;0,10000'
  deepStrictEqual(pastSearch({ stream: 'yard', shape, last: 'week' }), { stream: 'yard', shape, last: 'week' })
  deepStrictEqual(pastSearch({ fromMs: 5, toMs: 9, last: 'week' }), { fromMs: 5, toMs: 9 })
  deepStrictEqual(pastSearch({ stream: '../x', shape: 'line:', last: 'year', fromMs: 9, toMs: 5 }), {})
})

test('PS4 without a period it is about the last day', () => {
  deepStrictEqual(spanOf({}, 1e12), { fromMs: 1e12 - pastPeriods.day, toMs: 1e12 })
  deepStrictEqual(spanOf({ fromMs: 1, toMs: 2, last: 'hour' }, 1e12), { fromMs: 1, toMs: 2 })
})
