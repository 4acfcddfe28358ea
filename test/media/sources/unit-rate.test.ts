import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { UnitBrake } from '../../../src/media/sources/unit-rate.ts'

test('UR1 what cameras send is read at once, also what they send in one go to begin with', () => {
  const brake = new UnitBrake()
  for (let n = 0; n < 300; n++) equal(brake.restMs(0), 0)
  for (let ms = 0; ms < 10_000; ms += 4) equal(brake.restMs(ms), 0)
})

test('UR2 of a source gone mad 300 units a second are read, whatever it sends', () => {
  const brake = new UnitBrake()
  let [units, nowMs] = [0, 0]
  for (; nowMs < 10_000; units++) nowMs += Math.max(0.01, brake.restMs(nowMs))
  ok(units >= 3000 && units <= 3700, `${units} units in ten seconds`)
})
