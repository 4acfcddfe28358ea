import { strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenHours } from '../../src/contract/measure-definition.ts'
import { Schedule } from '../../src/measures/schedule.ts'

/** Monday 5 January 2026, midnight in London. */
const wallTime = { startEpochMs: Date.UTC(2026, 0, 5), utcOffsetMinutes: 0 }
const hour = 3_600_000
const day = 24 * hour
const cases: readonly (readonly [rule: string, hours: OpenHours[], ptsMs: number, isOpen: boolean])[] = [
  ['S1 it is open from the first minute', [{ from: '08:00', to: '18:00' }], 8 * hour, true],
  ['S1 and not a moment before', [{ from: '08:00', to: '18:00' }], 8 * hour - 1, false],
  ['S1 to the last, which is not one of them', [{ from: '08:00', to: '18:00' }], 18 * hour, false],
  ['S2 hours over midnight end on the next day', [{ from: '22:00', to: '06:00' }], day + 5 * hour, true],
  ['S2 and belong to the day they begin on', [{ days: ['mon'], from: '22:00', to: '06:00' }], day + 5 * hour, true],
  ['S2 not to the day they end on', [{ days: ['tue'], from: '22:00', to: '06:00' }], day + 5 * hour, false],
  ['S2 the week goes round', [{ days: ['sun'], from: '22:00', to: '06:00' }], 5 * hour, true],
  ['S2 the same hour twice is a whole day', [{ days: ['wed'], from: '00:00', to: '00:00' }], 3 * day - 1, true],
  ['S3 on other days it is closed', [{ days: ['sat', 'sun'], from: '00:00', to: '00:00' }], 12 * hour, false],
  [
    'S3 any of several hours opens it',
    [
      { from: '01:00', to: '02:00' },
      { from: '08:00', to: '09:00' }
    ],
    8 * hour,
    true
  ]
]
for (const [rule, hours, ptsMs, isOpen] of cases) {
  test(rule, () => strictEqual(new Schedule('line a', hours, wallTime).isOpen(ptsMs), isOpen))
}

test('S4 hours are those of the clock on the wall', () => {
  const schedule = new Schedule('line a', [{ from: '08:00', to: '09:00' }], { ...wallTime, utcOffsetMinutes: -300 })
  strictEqual(schedule.isOpen(13 * hour), true)
  strictEqual(schedule.isOpen(8 * hour), false)
})

test('S4 without a known begin hours are refused by name', () => {
  throws(() => new Schedule('line gate', [{ from: '08:00', to: '09:00' }], undefined), {
    code: 'SL_OPTION_INVALID',
    message: /line gate.*startsAt/
  })
})
