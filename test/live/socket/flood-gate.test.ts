import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { FloodGate } from '../../../src/live/socket/flood-gate.ts'

test('FG1 who sends more than may be in ten seconds is told from others, who may send as much again after that', () => {
  let nowMs = 1000
  const gate = new FloodGate(3, () => nowMs)
  const passes = (count: number) => Array.from({ length: count }, () => gate.passes())
  deepStrictEqual(passes(4), [true, true, true, false])
  nowMs += 10_000
  deepStrictEqual(passes(1), [false])
  nowMs += 1
  deepStrictEqual(passes(4), [true, true, true, false])
})
