import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { ViewerPace } from '../../../src/live/views/viewer-pace.ts'

const limits = { mostBehindMs: 1000, mostBytes: 10_000, mostStalledMs: 5000 }

function viewer() {
  const outlet = { bufferedAmount: 0 }
  return { outlet, pace: new ViewerPace(outlet, limits) }
}

test('P1 who takes everything is neither behind nor stalled', () => {
  const { pace } = viewer()
  for (let atMs = 0; atMs < 60_000; atMs += 40) pace.sent(1000, atMs)
  deepStrictEqual([pace.isBehind(60_000), pace.isStalled(60_000)], [false, false])
})

test('P2 who has not taken what was sent a second ago is behind', () => {
  const { outlet, pace } = viewer()
  pace.sent(1000, 0)
  outlet.bufferedAmount = 1
  deepStrictEqual([pace.isBehind(1000), pace.isBehind(1001)], [false, true])
})

test('P3 and no longer once that is taken, be there newer things or not', () => {
  const { outlet, pace } = viewer()
  for (const atMs of [0, 900, 1800]) pace.sent(1000, atMs)
  outlet.bufferedAmount = 2001
  strictEqual(pace.isBehind(1801), true)
  outlet.bufferedAmount = 2000
  strictEqual(pace.isBehind(1801), false)
})

test('P4 too much at once is behind, however new', () => {
  const { outlet, pace } = viewer()
  pace.sent(20_000, 0)
  outlet.bufferedAmount = 10_001
  strictEqual(pace.isBehind(1), true)
})

test('P5 who takes nothing at all is stalled, who takes a little is not', () => {
  const { outlet, pace } = viewer()
  pace.sent(9000, 0)
  outlet.bufferedAmount = 9000
  strictEqual(pace.isStalled(5000), false)
  outlet.bufferedAmount = 8999
  strictEqual(pace.isStalled(5001), false)
  strictEqual(pace.isStalled(10_002), true)
})

test('P6 a pause in which nothing was sent is no stall', () => {
  const { outlet, pace } = viewer()
  pace.sent(1000, 0)
  strictEqual(pace.isStalled(1), false)
  pace.sent(1000, 60_000)
  outlet.bufferedAmount = 1000
  strictEqual(pace.isStalled(60_001), false)
})
