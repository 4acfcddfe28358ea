import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { FailedTries } from '../../src/api/failed-tries.ts'

let nowMs = 0
const clock = () => nowMs
const few = { burst: 3, oneMoreAfterMs: 1000 }

function guess(tries: FailedTries, address: string, ...wrong: string[]): void {
  for (const one of wrong) tries.add(address, one)
}

test('F1 a few wrong answers cost nothing, the next has to wait', () => {
  const tries = new FailedTries(few, clock)
  guess(tries, '192.0.2.1', 'a', 'b')
  equal(tries.waitMs('192.0.2.1'), 0)
  guess(tries, '192.0.2.1', 'c')
  equal(tries.waitMs('192.0.2.1'), 1000)
  equal(tries.waitMs('192.0.2.2'), 0, 'another address waits for nothing')
})

test('F2 time gives tries back one by one, and never more than there were', () => {
  const tries = new FailedTries(few, clock)
  guess(tries, '192.0.2.1', 'a', 'b', 'c')
  nowMs += 1000
  equal(tries.waitMs('192.0.2.1'), 0)
  guess(tries, '192.0.2.1', 'd')
  equal(tries.waitMs('192.0.2.1'), 1000)
  nowMs += 1_000_000
  guess(tries, '192.0.2.1', 'e', 'f', 'g')
  ok(tries.waitMs('192.0.2.1') > 0)
})

test('F3 the same wrong answer again is no other guess', () => {
  const tries = new FailedTries(few, clock)
  guess(tries, '192.0.2.1', ...Array<string>(100).fill('outdated'))
  equal(tries.waitMs('192.0.2.1'), 0)
})

test('F4 who has many addresses of one IPv6 network is one', () => {
  const tries = new FailedTries(few, clock)
  for (const [index, address] of ['2001:db8::1', '2001:db8:0:0:7::1', '2001:db8::ffff:2'].entries())
    guess(tries, address, `${index}`)
  deepStrictEqual([tries.waitMs('2001:db8::9'), tries.waitMs('2001:db8:0:1::9')], [1000, 0])
})

test('F5 a crowd of addresses takes no more memory than so many', () => {
  const tries = new FailedTries({ ...few, addresses: 100 }, clock)
  for (let index = 0; index < 10_000; index++) guess(tries, `10.0.${index >> 8}.${index & 255}`, 'a', 'b', 'c')
  equal(tries.size, 100)
  ok(tries.waitMs('10.0.39.15') > 0, 'the last one is remembered')
})
