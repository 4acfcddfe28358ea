import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryRates } from '../../../src/api/limits/memory-rates.ts'
import { stateOf } from '../../../src/api/limits/rate-store.ts'

test('RL1 a minute’s worth may be asked for at once, then one by one as time goes by', () => {
  const clock = { nowMs: 1000 }
  const rates = new MemoryRates({ nowMs: () => clock.nowMs })
  const burst = Array.from({ length: 5 }, () => rates.take('anna', 4).isAllowed)
  deepStrictEqual(burst, [true, true, true, true, false])
  clock.nowMs += 15_000
  deepStrictEqual([rates.take('anna', 4).isAllowed, rates.take('anna', 4).isAllowed], [true, false])
})

test('RL2 who asks in vain waits no longer for it', () => {
  const clock = { nowMs: 0 }
  const rates = new MemoryRates({ nowMs: () => clock.nowMs })
  for (let index = 0; index < 100; index++) rates.take('anna', 2)
  clock.nowMs = 30_000
  ok(rates.take('anna', 2).isAllowed)
})

test('RL3 what is said to be left, and when there is more, is so', () => {
  const rates = new MemoryRates({ nowMs: () => 0 })
  const states = [1, 2, 3].map(() => stateOf(rates.take('anna', 2), 2))
  deepStrictEqual(states, [
    { isAllowed: true, limit: 2, remaining: 1, resetSeconds: 30, retryAfterSeconds: 0 },
    { isAllowed: true, limit: 2, remaining: 0, resetSeconds: 60, retryAfterSeconds: 0 },
    { isAllowed: false, limit: 2, remaining: 0, resetSeconds: 60, retryAfterSeconds: 30 }
  ])
})

test('RL4 however many ask, so many are remembered', () => {
  const rates = new MemoryRates({ most: 100 })
  for (let index = 0; index < 10_000; index++) rates.take(`address ${index}`, 10)
  equal(rates.size, 100)
})
