import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { frameRates } from '../../web/src/pages/stream/frame-rates.ts'

const before = { atMs: 1000, frames: { analysed: 100 } }

test('R1 rates are of a second, and begin at nought for what is new', () => {
  const now = { atMs: 6000, frames: { analysed: 150, gated: 10 } }
  deepStrictEqual(frameRates(before, now), { analysed: 10, gated: 2 })
})

test('R2 counters that went back say nothing, nor do two readings at once', () => {
  equal(frameRates(before, { atMs: 6000, frames: { analysed: 3 } }), undefined)
  equal(frameRates(before, before), undefined)
})
