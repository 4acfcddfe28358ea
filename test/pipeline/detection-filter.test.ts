import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { DetectionColumns } from '../../src/core/columns.ts'
import { DetectionFilter, type DetectionRules } from '../../src/pipeline/detection-filter.ts'

const open: DetectionRules = { masks: [], minSize: 0, maxSize: Number.POSITIVE_INFINITY }

/** Three boxes: low on the left, high on the right, and a tall one in the middle; their class ids are 0, 1, 2. */
function found(): DetectionColumns {
  const columns = new DetectionColumns()
  columns.push(0.1, 0.5, 0.1, 0.1, 0.9, 0)
  columns.push(0.7, 0.1, 0.1, 0.2, 0.8, 1)
  columns.push(0.4, 0.1, 0.2, 0.8, 0.7, 2)
  return columns
}

const cases: readonly { rule: string; rules: Partial<DetectionRules>; kept: number[] }[] = [
  { rule: 'without rules every box goes on', rules: {}, kept: [0, 1, 2] },
  { rule: 'boxes lower than the smallest size are dropped', rules: { minSize: 0.15 }, kept: [1, 2] },
  { rule: 'boxes higher than the largest size are dropped', rules: { maxSize: 0.5 }, kept: [0, 1] },
  { rule: 'a box of exactly a limit stays', rules: { minSize: 0.1, maxSize: 0.8 }, kept: [0, 1, 2] },
  {
    rule: 'boxes that stand in a mask are dropped, by their bottom centre',
    rules: {
      masks: [
        [
          [0, 0.55],
          [0.3, 0.55],
          [0.3, 0.7],
          [0, 0.7]
        ]
      ]
    },
    kept: [1, 2]
  },
  {
    rule: 'a mask that covers a box but not the place it stands on leaves it',
    rules: {
      masks: [
        [
          [0, 0],
          [1, 0],
          [1, 0.28],
          [0, 0.28]
        ]
      ]
    },
    kept: [0, 1, 2]
  }
]
for (const { rule, rules, kept } of cases) {
  test(rule, () => {
    const filter = new DetectionFilter({ ...open, ...rules })
    const { classIds, count } = filter.apply(found())
    deepStrictEqual([...classIds.slice(0, count)], kept)
    strictEqual(filter.dropped, 3 - kept.length)
  })
}

test('a box that stays keeps its landmarks', () => {
  const faces = new DetectionColumns(2, true)
  faces.push(0.1, 0.1, 0.1, 0.02, 0.9, 0)
  faces.push(0.5, 0.5, 0.2, 0.2, 0.9, 0)
  faces.landmarks!.set([0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57, 0.58, 0.59, 0.6], 10)
  const { count, landmarks } = new DetectionFilter({ ...open, minSize: 0.1 }).apply(faces)
  deepStrictEqual([count, landmarks?.[0], landmarks?.[9]], [1, 0.51, 0.6])
})
