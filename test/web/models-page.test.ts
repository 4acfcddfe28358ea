import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { fittedSize } from '../../web/src/pages/models/fitted-size.ts'
import { modelSearch } from '../../web/src/pages/models/model-search.ts'
import { classCounts, shownBoxes } from '../../web/src/pages/models/shown-boxes.ts'

const box = { x: 0, y: 0, w: 1, h: 1 }
const found = [
  { label: 'person', score: 0.9, box },
  { label: 'dog', score: 0.6, box },
  { label: 'person', score: 0.3, box },
  { label: 'cat', score: 0.2, box }
]

test('MO1 boxes are shown that are as sure as wanted, and of classes that are not left out', () => {
  const shown = (minScore: number, ...leftOut: readonly string[]) =>
    shownBoxes(found, minScore, new Set(leftOut)).map(({ label, score }) => `${label} ${score}`)
  deepStrictEqual(shown(0.3), ['person 0.9', 'dog 0.6', 'person 0.3'])
  deepStrictEqual(shown(0, 'person', 'nobody'), ['dog 0.6', 'cat 0.2'])
})

test('MO2 a class stays in the list when nothing of it is as sure as wanted', () => {
  deepStrictEqual(classCounts(found, 0.25), [
    ['person', 2],
    ['dog', 1],
    ['cat', 0]
  ])
})

test('MO3 a large picture is made smaller in its own shape, and a small one stays', () => {
  deepStrictEqual(fittedSize({ width: 4000, height: 3000 }), { width: 1920, height: 1440 })
  deepStrictEqual(fittedSize({ width: 10_000, height: 1 }), { width: 1920, height: 1 })
  deepStrictEqual(fittedSize({ width: 640, height: 480 }), { width: 640, height: 480 })
})

test('MO4 what is no choice in an address is left out', () => {
  deepStrictEqual([modelSearch({ shown: 'here' }), modelSearch({ shown: 'all', x: 1 })], [{ shown: 'here' }, {}])
})
