import { ok } from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../src/core/log.ts'
import { LogTail } from '../../src/events/log-tail.ts'
import { feeding } from './feeding.ts'

test('LT1 a log whose writer tells of its commits is looked at seldom in between, and at once when told', async () => {
  await using house = await feeding()
  const { logs, deadLetters } = house
  await house.openLog('quiet')
  using tail = new LogTail({ logs, name: 'quiet', deadLetters, log: createLog('silent') })
  tail.told()
  let looks = 0
  for (const until = performance.now() + 1000; performance.now() < until; looks++) await tail.more()
  // After 20 ms and then every 250; without being told there would be 25.
  ok(looks <= 6, `${looks} looks`)
  // A machine that is busy may stop it once, but not each time.
  const tookMs: number[] = []
  for (let told = 0; told < 5; told++) {
    const before = performance.now()
    const waiting = tail.more()
    tail.told()
    await waiting
    tookMs.push(performance.now() - before)
  }
  ok(Math.min(...tookMs) < 200, `${tookMs} ms`)
})
