import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { compare, median, robustSlope } from '../../bench/statistics.ts'

const medians = [
  { rule: 'the median of an odd count is the middle value', values: [9, 1, 5], expected: 5 },
  { rule: 'the median of an even count lies between the middle two', values: [4, 1, 9, 2], expected: 3 },
  { rule: 'the median of one value is that value', values: [7], expected: 7 },
  { rule: 'the median of nothing is not a number', values: [], expected: Number.NaN }
]
for (const { rule, values, expected } of medians) test(rule, () => strictEqual(median(values), expected))

test('the ratio is the median of the ratios of neighbouring runs, not a ratio of medians', () => {
  const { ratio, min, max } = compare([10, 40, 30], [10, 20, 10])
  deepStrictEqual({ ratio, min, max }, { ratio: 2, min: 1, max: 3 })
})

test('a slow spell of the machine that meets both programs leaves the ratio alone', () => {
  strictEqual(compare([11, 22, 110], [10, 20, 100]).ratio, 1.1)
})

test('noise is how far runs of the same program lie apart', () => {
  ok(Math.abs(compare([10, 11, 10], [20, 22, 20]).noise - 0.1) < 1e-9)
})

test('runs that never differ have no noise', () => strictEqual(compare([5, 5, 5], [4, 4, 4]).noise, 0))

test('programs that ran a different number of times cannot be compared', () => {
  throws(() => compare([1, 2], [1]), /2 runs cannot be compared with 1/)
})

test('the slope of a straight line is its slope', () => strictEqual(robustSlope([0, 1, 2, 3], [1, 3, 5, 7]), 2))

test('a few wild values do not turn the slope', () => {
  const xs = Array.from({ length: 20 }, (_, i) => i)
  const ys = xs.map(x => (x === 3 || x === 17 ? 1000 : 2 * x))
  ok(Math.abs(robustSlope(xs, ys) - 2) < 0.5)
})

test('points at one place have no slope', () => strictEqual(robustSlope([1, 1], [1, 2]), Number.NaN))
