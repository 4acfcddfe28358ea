import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { backOffMs } from '../../src/core/back-off.ts'

const bounds = { firstMs: 1000, longestMs: 10_000 }

test('the bound doubles with each failure, up to the longest', () => {
  const waits = [1, 2, 3, 4, 5, 50].map(failures => backOffMs(failures, bounds, () => 1))
  deepStrictEqual(waits, [1000, 2000, 4000, 8000, 10_000, 10_000])
})

test('any wait up to the bound may be drawn, none included', () => {
  strictEqual(
    backOffMs(3, bounds, () => 0),
    0
  )
  strictEqual(
    backOffMs(3, bounds, () => 0.5),
    2000
  )
})
