import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { ClockMessage } from '../../src/contract/live.ts'
import { ArrivalClock, FragmentClock, RtpClock } from '../../web/src/live/frame-clock.ts'

function clock(epoch: number, rtpTimestamp: number, ptsMs: number): ClockMessage {
  return { type: 'clock', session: 's', stream: 'door', epoch, rtpTimestamp, ptsMs }
}

test('F1 an RTP timestamp becomes the media time that the session told, 90 ticks a millisecond', () => {
  const told = new RtpClock()
  told.tell(clock(3, 900_000, 5000))
  deepStrictEqual(told.at(900_000 + 40 * 90), { epoch: 3, ptsMs: 5040 })
})

test('F2 a timestamp that has begun anew counts on', () => {
  const told = new RtpClock()
  told.tell(clock(1, 2 ** 32 - 90 * 100, 1000))
  deepStrictEqual(told.at(90 * 100), { epoch: 1, ptsMs: 1200 })
})

test('F3 a picture before a change of epoch keeps the time of the one before, although the change is known', () => {
  const told = new RtpClock()
  told.tell(clock(1, 90_000, 1000))
  told.tell(clock(2, 900_000, 0))
  deepStrictEqual(told.at(900_000 - 90), { epoch: 1, ptsMs: 9999 })
  deepStrictEqual(told.at(900_000 + 90), { epoch: 2, ptsMs: 1 })
})

test('F4 a picture before all that was told is reckoned back from it', () => {
  const told = new RtpClock()
  told.tell(clock(1, 90_000, 1000))
  deepStrictEqual(told.at(81_000), { epoch: 1, ptsMs: 900 })
})

test('F5 before anything was told, nothing is guessed', () => {
  strictEqual(new RtpClock().at(1), undefined)
})

test('F6 fractions of a millisecond are rounded as those of boxes are', () => {
  const told = new RtpClock()
  told.tell(clock(1, 0, 33))
  deepStrictEqual(told.at(3003), { epoch: 1, ptsMs: 66 })
})

test('F7 a player’s time becomes media time by the offset that holds there', () => {
  const told = new FragmentClock()
  told.tell({ epoch: 1, fromMediaMs: 0, ptsOffsetMs: 8000 })
  told.tell({ epoch: 2, fromMediaMs: 2000, ptsOffsetMs: -2000 })
  deepStrictEqual(told.at(1.96), { epoch: 1, ptsMs: 9960 })
  deepStrictEqual(told.at(2.0399999), { epoch: 2, ptsMs: 40 })
})

test('F8 where no browser says which picture is shown, the boxes’ arrival says it to a few milliseconds', () => {
  const guess = new ArrivalClock()
  strictEqual(guess.at(0, 0), undefined)
  for (let frame = 0; frame < 50; frame++) guess.tell(1, frame * 40, 60, 10_000 + frame * 40 + 60 + (frame % 5) * 7)
  const { ptsMs = 0 } = guess.at(11_000, 80) ?? {}
  ok(Math.abs(ptsMs - 920) <= 5, `${ptsMs}`)
})
