import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Moment, WallClock } from '../../src/media/wall-clock.ts'

const noonMs = Date.UTC(2026, 10, 21, 12)
/** The machine's clocks, `ms` after noon. */
const at = (ms: number): Moment => ({ wallMs: noonMs + ms, steadyMs: 5000 + ms })
/** A picture that came `ms` after noon; `said`: when its sender says that it was taken, likewise. */
const came = (ms: number, said?: number) => ({
  arrivedMs: 5000 + ms,
  ...(said !== undefined && { wallMs: noonMs + said })
})

test('WC1 an epoch goes by the sender where its report came first, else by the arrival of its first picture', () => {
  equal(new WallClock().begin(came(100, -150), 40, at(120)), noonMs - 150 - 40)
  equal(new WallClock().begin(came(100), 40, at(120)), noonMs + 100 - 40)
})

test('WC2 a report that comes later moves nothing in its epoch, and counts from the next on', () => {
  const clock = new WallClock()
  equal(clock.begin(came(0), 0, at(0)), noonMs)
  clock.heard(came(5000, 4700), 5000)
  clock.heard(came(10_000, 9700), 10_000)
  equal(clock.lastMs, noonMs + 10_000)
  equal(clock.begin(came(15_000), 0, at(15_000)), noonMs + 14_700)
})

test('WC3 where that would lead back, the new epoch begins right behind the old', () => {
  const clock = new WallClock()
  clock.begin(came(0), 0, at(0))
  clock.heard(came(10_000, 9700), 10_000)
  equal(clock.begin(came(10_100, 9800), 20, at(10_100)), noonMs + 10_001 - 20)
})

test('WC4 a sender whose clock is wrong counts by arrival, at once and later', () => {
  const clock = new WallClock()
  equal(clock.begin(came(0, -820_000_000_000), 0, at(0)), noonMs)
  clock.heard(came(1000, 3_600_000), 1000)
  equal(clock.begin(came(5000), 0, at(5000)), noonMs + 5000)
})

test('WC5 the machine’s clock, set back, changes nothing in an epoch; the next goes by it', () => {
  const clock = new WallClock()
  clock.begin(came(0), 0, at(0))
  clock.heard(came(5000, 4700), 5000)
  const hourBack = { wallMs: noonMs + 6000 - 3_600_000, steadyMs: 11_000 }
  equal(clock.lastMs, noonMs + 5000)
  equal(clock.begin(came(6000), 0, hourBack), noonMs + 5700 - 3_600_000)
})

test('WC6 one late picture does not put the sender’s clock off', () => {
  const clock = new WallClock()
  clock.begin(came(0), 0, at(0))
  for (let ms = 1000; ms <= 60_000; ms += 100) clock.heard(came(ms, ms - 300), ms)
  clock.heard(came(62_000, 60_100 - 300), 60_100)
  const begunMs = clock.begin(came(90_000), 0, at(90_000))
  ok(Math.abs(begunMs - (noonMs + 89_700)) < 150, `${begunMs - noonMs} ms`)
})

test('WC7 whatever senders within ten seconds of our clock report and when, time never runs backwards', () => {
  const said = fc.option(fc.integer({ min: -4000, max: 4000 }), { nil: undefined })
  const picture = fc.record({ afterMs: fc.integer({ min: 1, max: 5000 }), said, isFirst: fc.boolean() })
  fc.assert(
    fc.property(fc.array(picture, { minLength: 2, maxLength: 40 }), pictures => {
      const clock = new WallClock()
      const times: number[] = []
      let [ms, baseMs, beganMs] = [0, 0, 0]
      for (const [index, { afterMs, said: offsetMs, isFirst }] of pictures.entries()) {
        ms += afterMs
        const unit = came(ms, offsetMs === undefined ? undefined : ms + offsetMs)
        if (index === 0 || isFirst) {
          beganMs = ms
          baseMs = clock.begin(unit, 0, at(ms))
        } else clock.heard(unit, ms - beganMs)
        times.push(baseMs + ms - beganMs)
      }
      deepStrictEqual(
        times,
        times.toSorted((a, b) => a - b)
      )
    })
  )
})
