import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { ClosedWays } from '../../web/src/live/closed-ways.ts'

const ways = ['whep', 'fragments', 'mjpeg'] as const
const others = ['fragments', 'mjpeg']

test('CW1 a way that failed once is tried again; twice in a row, not for five minutes', () => {
  const closed = new ClosedWays<(typeof ways)[number]>()
  closed.failed('whep', 1000)
  deepStrictEqual(closed.open(ways, 1001), ways)
  closed.failed('whep', 2000)
  deepStrictEqual(closed.open(ways, 301_999), others)
  deepStrictEqual(closed.open(ways, 302_000), ways)
  closed.failed('whep', 302_001)
  deepStrictEqual(closed.open(ways, 302_002), others)
})

test('CW2 what worked in between begins anew', () => {
  const closed = new ClosedWays<(typeof ways)[number]>()
  for (const nowMs of [0, 1000]) {
    closed.failed('whep', nowMs)
    closed.worked('whep')
  }
  deepStrictEqual(closed.open(ways, 1001), ways)
})

test('CW3 where none is open all are tried', () => {
  const closed = new ClosedWays<(typeof ways)[number]>()
  for (const way of [...ways, ...ways]) closed.failed(way, 0)
  deepStrictEqual(closed.open(ways, 1), ways)
})
