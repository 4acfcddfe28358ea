import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { type FrameProgress, frameRates, progressed } from '../../web/src/pages/stream/frame-rates.ts'

const before = { atMs: 1000, frames: { analysed: 100 } }

test('R1 rates are of a second, and begin at nought for what is new', () => {
  const now = { atMs: 6000, frames: { analysed: 150, gated: 10 } }
  deepStrictEqual(frameRates(before, now), { analysed: 10, gated: 2 })
})

test('R2 counters that went back say nothing, nor do two readings at once', () => {
  equal(frameRates(before, { atMs: 6000, frames: { analysed: 3 } }), undefined)
  equal(frameRates(before, before), undefined)
})

test('R3 a stream that is not up has no rates, and those after it has come back are of since then', () => {
  const counted = {
    at5s: { analysed: 100 },
    at10s: { analysed: 150 },
    at60s: { analysed: 160 },
    at65s: { analysed: 190 }
  }
  const steps = [
    [{ isUp: true, atMs: 5000, frames: counted.at5s }, undefined],
    [{ isUp: true, atMs: 10_000, frames: counted.at10s }, { analysed: 10 }],
    [{ isUp: false, atMs: 12_000, frames: counted.at10s }, undefined],
    // Read before it rested.
    [{ isUp: true, atMs: 58_000, frames: counted.at10s }, undefined],
    [{ isUp: true, atMs: 60_000, frames: counted.at60s }, undefined],
    [{ isUp: true, atMs: 65_000, frames: counted.at65s }, { analysed: 6 }]
  ] as const
  let progress: FrameProgress = {}
  for (const [now, rates] of steps) {
    progress = progressed(progress, now)
    deepStrictEqual(progress.rates, rates, `${now.atMs} ms`)
  }
})
