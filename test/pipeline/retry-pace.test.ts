import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, SightlineError } from '../../src/core/errors.ts'
import { RetryPace } from '../../src/pipeline/retry-pace.ts'

const error = (code: ErrorCode) => new SightlineError(code, 'It did not work.')
const failed = { endedMs: 0, lastedMs: 100, wellMs: undefined }
const longest = () => 1

/** Waits after so many failures of one kind in a row. */
function waits(code: ErrorCode, count: number, random: () => number): number[] {
  const pace = new RetryPace({ random })
  return Array.from({ length: count }, () => pace.after(error(code), failed))
}

test('RP1 a source that fails is waited for longer and longer, up to 30 s', () => {
  deepStrictEqual(waits('SL_INPUT_NETWORK', 7, longest), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
})

test('RP2 what is not there yet is asked for every few seconds', () => {
  deepStrictEqual(waits('SL_INPUT_NOT_FOUND', 6, longest), [1000, 2000, 4000, 5000, 5000, 5000])
})

test('RP3 of refused logins there are never five in ten minutes, however chance has it', () => {
  for (const random of [() => 0, () => 0.5, longest]) {
    const pauses = waits('SL_INPUT_UNAUTHORISED', 20, random)
    const atMs = pauses.map((_, index) => pauses.slice(0, index).reduce((sum, ms) => sum + ms, 0))
    for (const [index, ms] of atMs.entries()) {
      const within = atMs.slice(index).filter(other => other - ms < 600_000)
      ok(within.length <= 4, `${within.length} within ten minutes from the attempt ${index + 1} on`)
    }
    ok(pauses.every(ms => ms <= 900_000))
  }
})

test('RP4 a first refusal is tried once more within seconds: a camera that starts refuses everybody', () => {
  ok(waits('SL_INPUT_UNAUTHORISED', 1, longest)[0]! <= 2000)
})

test('RP5 refusals count until there was a picture, also with other failures between', () => {
  const pace = new RetryPace({ random: () => 0 })
  const refused = () => pace.after(error('SL_INPUT_UNAUTHORISED'), failed)
  deepStrictEqual([refused(), refused()], [2000, 120_000])
  pace.after(error('SL_INPUT_NETWORK'), failed)
  equal(refused(), 240_000)
  pace.after(error('SL_INPUT_NETWORK'), { ...failed, lastedMs: 900, wellMs: 500 })
  equal(refused(), 2000)
})

test('RP6 an attempt of 60 s makes up for the failures before it, a shorter one does not', () => {
  const pace = new RetryPace({ random: longest })
  const after = (lastedMs: number) => pace.after(error('SL_INPUT_NETWORK'), { ...failed, lastedMs })
  deepStrictEqual([after(100), after(100), after(59_999), after(60_000)], [1000, 2000, 4000, 1000])
})

test('RP7 it says until when nobody may try after a refused login, whatever failed since', () => {
  const pace = new RetryPace({ random: () => 0 })
  equal(pace.refusedUntilMs, 0)
  pace.after(error('SL_INPUT_UNAUTHORISED'), { ...failed, endedMs: 500 })
  equal(pace.refusedUntilMs, 2500)
  pace.after(error('SL_INPUT_NETWORK'), { ...failed, endedMs: 700 })
  equal(pace.refusedUntilMs, 2500)
})
