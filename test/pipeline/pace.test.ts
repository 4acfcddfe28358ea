import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { Pace, UnitPace } from '../../src/pipeline/pace.ts'

/** Of frames at these times, how many a pace takes. */
const taken = (maxFps: number, timesMs: readonly number[]) => {
  const pace = new Pace(maxFps)
  return timesMs.filter(ms => pace.takes(ms))
}
const everyMs = (ms: number, count: number) => Array.from({ length: count }, (_, index) => Math.round(index * ms))

test('P1 a source that is slow enough loses nothing', () => {
  equal(taken(25, everyMs(40, 100)).length, 100)
  equal(taken(30, everyMs(1000 / 30, 100)).length, 100)
  equal(taken(Number.POSITIVE_INFINITY, everyMs(1, 100)).length, 100)
})

test('P2 a faster one gives as many a second as are wanted, evenly', () => {
  const frames = taken(10, everyMs(40, 250))
  ok(Math.abs(frames.length - 100) <= 1)
  ok(frames.every((ms, index) => index === 0 || ms - frames[index - 1]! <= 120))
})

test('P3 after a pause nothing is made up for', () => {
  const pace = new Pace(10)
  ok(pace.takes(0))
  ok(pace.takes(10_000))
  deepStrictEqual(
    [10_040, 10_080, 10_100].map(ms => pace.takes(ms)),
    [false, false, true]
  )
})

/** Units of a source with a key frame every `gop`; which of them are taken. */
const units = (perSecond: number, seconds: number, gop: number) => {
  const pace = new UnitPace(300)
  return Array.from({ length: perSecond * seconds }, (_, index) => {
    const isKey = index % gop === 0
    return { isKey, isTaken: pace.takes({ isKey, arrivedMs: (index * 1000) / perSecond }) }
  })
}

test('P4 what cameras send is taken whole', () => {
  ok(units(240, 20, 60).every(({ isTaken }) => isTaken))
})

test('P5 of a source gone mad so much is taken as cameras send, and never from the middle of a group', () => {
  for (const gop of [1, 50, 10_000]) {
    const sent = units(10_000, 5, gop)
    ok(sent.filter(({ isTaken }) => isTaken).length <= 300 * 6)
    ok(sent.every(({ isTaken, isKey }, index) => !isTaken || isKey || sent[index - 1]!.isTaken))
  }
})
