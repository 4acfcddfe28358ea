import { strictEqual } from 'node:assert/strict'
import { mock, test } from 'node:test'
import { InBursts } from '../../src/core/in-bursts.ts'

function counted() {
  let times = 0
  const bursts = new InBursts(() => times++, 50)
  return { bursts, times: () => times }
}

test('IB1 what is asked for alone is done at once', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const { bursts, times } = counted()
  bursts.ask()
  strictEqual(times(), 1)
  mock.timers.tick(50)
  bursts.ask()
  strictEqual(times(), 2)
  mock.timers.reset()
})

test('IB2 of a burst the first is done at once, and all others once at its end', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const { bursts, times } = counted()
  for (let n = 0; n < 5; n++) bursts.ask()
  strictEqual(times(), 1)
  mock.timers.tick(50)
  strictEqual(times(), 2)
  mock.timers.tick(1000)
  strictEqual(times(), 2)
  mock.timers.reset()
})

test('IB3 what is due is done when it is disposed of', () => {
  const { bursts, times } = counted()
  bursts.ask()
  bursts.ask()
  bursts[Symbol.dispose]()
  strictEqual(times(), 2)
})
