import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ClockMessage } from '../../../src/contract/live.ts'
import type { RelayedUnit } from '../../../src/live/stream-feed.ts'
import { SessionClock } from '../../../src/live/webrtc/session-clock.ts'

const unit = (ptsMs: number, epoch = 1, isKey = true): RelayedUnit => ({ data: Buffer.alloc(0), isKey, epoch, ptsMs })

/** What a page makes of a picture's RTP timestamp. */
function mediaTime(clock: ClockMessage, rtpTimestamp: number): number {
  return clock.ptsMs + ((rtpTimestamp - clock.rtpTimestamp) | 0) / 90
}

test('C1 every timestamp maps to its media time by the message before it, to the whole millisecond and its fraction', () => {
  const ticks = fc.array(fc.integer({ min: 1, max: 90 * 60_000 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(ticks, fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(10_000_000), (steps, start, firstTick) => {
      const clock = new SessionClock('door', 'session', start)
      let [tick, nowMs] = [firstTick, 0]
      let told: ClockMessage | undefined
      for (const step of steps) {
        const { rtpTimestamp, change } = clock.next(unit(tick / 90), nowMs)
        told = change ?? told
        ok(Math.abs(mediaTime(told!, rtpTimestamp) - tick / 90) < 1e-6)
        strictEqual(Math.round(mediaTime(told!, rtpTimestamp)), Math.round(tick / 90))
        tick += step
        nowMs += step / 90
      }
    })
  )
})

test('C2 a new epoch goes on by the time that went by, and tells the new map', () => {
  const clock = new SessionClock('door', 'session', 1000)
  const before = clock.next(unit(5000), 0)
  const { rtpTimestamp, change } = clock.next(unit(0, 2), 700)
  strictEqual(rtpTimestamp - before.rtpTimestamp, 700 * 90)
  deepStrictEqual(change, { type: 'clock', session: 'session', stream: 'door', epoch: 2, rtpTimestamp, ptsMs: 0 })
})

test('C3 a new epoch never steps back, not even when its first picture comes at once', () => {
  const clock = new SessionClock('door', 'session', 1000)
  const before = clock.next(unit(5000), 10)
  ok(clock.next(unit(4000, 2), 10).rtpTimestamp > before.rtpTimestamp)
})

test('C4 within an epoch the map stays as it is', () => {
  const clock = new SessionClock('door', 'session', 0)
  ok(clock.next(unit(0), 0).change)
  strictEqual(clock.next(unit(40), 4000).change, undefined)
})

test('C5 the map is told again before earlier and later become the same', () => {
  const clock = new SessionClock('door', 'session', 2 ** 31)
  let told = clock.next(unit(0), 0).change!
  for (let hours = 1; hours < 40; hours++) {
    const { rtpTimestamp, change } = clock.next(unit(hours * 3_600_000), hours * 3_600_000)
    told = change ?? told
    strictEqual(mediaTime(told, rtpTimestamp), hours * 3_600_000)
  }
})

test('C6 sessions of one stream begin anywhere', () => {
  const first = () => new SessionClock('door', 'session').next(unit(0), 0).rtpTimestamp
  ok(new Set(Array.from({ length: 8 }, first)).size > 1)
})

test('C7 where the time of a key frame was put right and steps back, it goes on by the time that went by, and tells the new map', () => {
  const clock = new SessionClock('door', 'session', 1000)
  const before = clock.next(unit(5000), 0)
  const { rtpTimestamp, change } = clock.next(unit(4700), 40)
  strictEqual(rtpTimestamp - before.rtpTimestamp, 40 * 90)
  strictEqual(mediaTime(change!, rtpTimestamp), 4700)
})

test('C8 a picture that is no key frame and steps back is out of order, and its map stays', () => {
  const clock = new SessionClock('door', 'session', 1000)
  const before = clock.next(unit(5000), 0)
  const { rtpTimestamp, change } = clock.next(unit(4960, 1, false), 40)
  deepStrictEqual([(rtpTimestamp - before.rtpTimestamp) | 0, change], [-40 * 90, undefined])
})
