import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { SourceRate } from '../../src/media/source-rate.ts'

for (const [rule, sourceMs, expected] of [
  ['told right, it is 1', 1, 1],
  ['near 1, it is quartz, and 1', 1.01, 1],
  ['of twice as many pictures, it is a half', 2, 0.5],
  ['of a source that hardly moves, it cannot be told', 0.001, 1],
  ['of one that races, it cannot be told', 1000, 1],
  ['of one that stands still, it cannot be told', 0, 1]
] as const)
  test(`SR1 ${rule}`, () => {
    const rate = new SourceRate()
    for (let atMs = 0; atMs <= 300_000; atMs += 100) rate.heard(atMs * sourceMs, atMs)
    strictEqual(rate.now, expected)
  })

test('SR2 once it is right again, so is what is made of it', () => {
  const rate = new SourceRate()
  for (let atMs = 0; atMs <= 300_000; atMs += 100) rate.heard(atMs / 2, atMs)
  strictEqual(rate.now, 2)
  for (let atMs = 300_000; atMs <= 600_000; atMs += 100) rate.heard(150_000 + atMs - 300_000, atMs)
  strictEqual(rate.now, 1)
})
