import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { RtpClock } from '../../../src/media/sources/rtsp/rtp-clock.ts'

const rate = 90_000
const ntp = (wallMs: number) =>
  (BigInt(Math.floor(wallMs / 1000) + 2_208_988_800) << 32n) | BigInt(Math.floor(((wallMs % 1000) / 1000) * 2 ** 32))

test('K1 time goes on where 32 bits wrap', () => {
  const clock = new RtpClock(rate)
  const start = clock.sourceMs(2 ** 32 - rate)
  strictEqual(clock.sourceMs(rate) - start, 2000)
})

test('K2 it wraps again and again', () => {
  const clock = new RtpClock(rate)
  const start = clock.sourceMs(0)
  const step = 2 ** 30
  let last = start
  for (let n = 1; n <= 12; n++) last = clock.sourceMs((n * step) % 2 ** 32)
  strictEqual(last - start, (12 * step * 1000) / rate)
})

test('K3 a step back is a step back, also over the wrap', () => {
  const clock = new RtpClock(rate)
  const times = [9000, 0, 4500].map(offset => clock.sourceMs((offset + 2 ** 32 - 4500) % 2 ** 32))
  deepStrictEqual([times[1]! - times[0]!, times[2]! - times[0]!], [-100, -50])
})

test('K4 before a report nobody knows the wall time', () => {
  strictEqual(new RtpClock(rate).wallMs(5), undefined)
})

for (const [rule, reported, shown] of [
  ['K5 a report gives the wall time of what is before it', rate, 0],
  ['K6 and of what is behind it', 0, rate],
  ['K7 also where the wrap lies between', 2 ** 32 - rate / 2, rate / 2],
  ['K8 and the other way round', rate / 2, 2 ** 32 - rate / 2]
] as const) {
  test(rule, () => {
    const clock = new RtpClock(rate)
    const wallMs = Date.UTC(2026, 10, 21, 4, 5, 6, 789)
    clock.report(ntp(wallMs), reported)
    const awayMs = ((shown - reported) | 0) / (rate / 1000)
    ok(Math.abs(clock.wallMs(shown)! - (wallMs + awayMs)) < 0.01)
  })
}

test('K9 a report of a sender without a clock says nothing', () => {
  const clock = new RtpClock(rate)
  clock.report(0n, 0)
  strictEqual(clock.wallMs(0), undefined)
})

test('K10 another sender is believed only after a report of its own', () => {
  const clock = new RtpClock(rate)
  clock.report(ntp(1_000_000), 0)
  clock.restart()
  strictEqual(clock.wallMs(0), undefined)
})
