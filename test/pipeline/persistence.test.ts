import { deepStrictEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { type ErrorCode, SightlineError } from '../../src/core/errors.ts'
import { persist } from '../../src/pipeline/persistence.ts'
import { RetryPace } from '../../src/pipeline/retry-pace.ts'

const gone = () => new SightlineError('SL_INPUT_NETWORK', 'The camera went away.', { retryable: true })

test('PS1 an attempt that failed is made again, until it is told to stop', async () => {
  const stopping = new AbortController()
  let attempts = 0
  await persist(
    async () => {
      if (++attempts === 4) stopping.abort()
      throw gone()
    },
    { signal: stopping.signal, retryDelayMs: 0, onPause: () => undefined }
  )
  equal(attempts, 4)
})

test('PS2 a source that ends in order is tried again as well, and that is told', async () => {
  const stopping = new AbortController()
  const told: string[] = []
  await persist(async () => undefined, {
    signal: stopping.signal,
    retryDelayMs: 0,
    onPause(error) {
      told.push(error.code)
      if (told.length === 2) stopping.abort()
    }
  })
  deepStrictEqual(told, ['SL_INPUT_ENDED', 'SL_INPUT_ENDED'])
})

test('PS3 with `retries` it gives up after so many, with the last reason', async () => {
  let attempts = 0
  const fail = async () => {
    attempts++
    throw gone()
  }
  const options = { signal: new AbortController().signal, retries: 5, retryDelayMs: 0, onPause: () => undefined }
  await rejects(persist(fail, options), { code: 'SL_INPUT_NETWORK' })
  equal(attempts, 6)
})

test('PS4 the waits grow to their bound, at random', async () => {
  const stopping = new AbortController()
  const waits: number[] = []
  await persist(() => Promise.reject(gone()), {
    signal: stopping.signal,
    backOff: { firstMs: 1, longestMs: 4 },
    onPause(_, delayMs) {
      waits.push(delayMs)
      if (waits.length === 60) stopping.abort()
    }
  })
  const bounds = waits.map((_, index) => Math.min(4, 2 ** index))
  ok(waits.every((wait, index) => wait >= 0 && wait <= bounds[index]!))
  ok(new Set(waits.slice(2)).size > 2, 'jitter')
})

test('PS5 health makes up for the failures before it', async () => {
  const failures = (healthyMs: number) =>
    rejects(
      persist(() => Promise.reject(gone()), {
        signal: AbortSignal.timeout(2000),
        healthyMs,
        retries: 3,
        retryDelayMs: 0,
        onPause: () => undefined
      }),
      { code: 'SL_INPUT_NETWORK' }
    )
  await failures(10_000)
  // When every attempt counts as healthy, it never gives up: only the time that it is given ends it.
  const stopping = new AbortController()
  let attempts = 0
  await persist(
    async () => {
      if (++attempts === 20) stopping.abort()
      throw gone()
    },
    { signal: stopping.signal, healthyMs: 0, retries: 3, retryDelayMs: 0, onPause: () => undefined }
  )
  equal(attempts, 20)
})

test('PS6 a mistake of ours is no failure of the source', async () => {
  const mistake = () => Promise.reject(new TypeError('undefined is not a function'))
  const options = { signal: new AbortController().signal, onPause: () => undefined }
  await rejects(persist(mistake, options), TypeError)
})

test('PS7 being told to stop ends a wait at once', async () => {
  const stopping = new AbortController()
  const running = persist(() => Promise.reject(gone()), {
    signal: stopping.signal,
    retryDelayMs: 3_600_000,
    onPause: () => setImmediate(() => stopping.abort())
  })
  await running
})

test('PS8 a source that was well is tried again as after a first failure, however many there were', async t => {
  const stopping = new AbortController()
  t.mock.method(Math, 'random', () => 1)
  const waits: number[] = []
  let nowMs = 0
  t.mock.method(performance, 'now', () => nowMs)
  await persist(
    (_signal, isWell) => {
      if (waits.length > 2) isWell()
      nowMs += 5000
      // Of another epoch: it has been well since the first.
      if (waits.length > 2) isWell()
      return Promise.reject(gone())
    },
    {
      signal: stopping.signal,
      backOff: { firstMs: 1, longestMs: 30 },
      onPause(_, delayMs) {
        waits.push(delayMs)
        if (waits.length === 5) stopping.abort()
      }
    }
  )
  deepStrictEqual(waits, [1, 2, 4, 1, 1])
})

test('PS9 of one pace, failures count in one run and refused logins over all', async t => {
  t.mock.method(performance, 'now', () => 0)
  const pace = new RetryPace({ backOff: { firstMs: 1, longestMs: 30 }, random: () => 1 })
  const waits: number[] = []
  const run = (code: ErrorCode) => {
    const stopping = new AbortController()
    const onPause = (_: SightlineError, delayMs: number) => {
      waits.push(delayMs)
      stopping.abort()
    }
    return persist(() => Promise.reject(new SightlineError(code, 'No.')), { signal: stopping.signal, pace, onPause })
  }
  await run('SL_INPUT_NETWORK')
  await run('SL_INPUT_NETWORK')
  await run('SL_INPUT_UNAUTHORISED')
  pace.refusedUntilMs = 0
  await run('SL_INPUT_UNAUTHORISED')
  deepStrictEqual(waits, [1, 1, 1500, 90_000])
})

test('PS10 a refused login is waited for by who comes anew, also where it was called off meanwhile', async () => {
  const pace = new RetryPace()
  let attempts = 0
  for (let run = 0; run < 5; run++) {
    if (run === 1) pace.refusedUntilMs = 0 // What comes next is longer than any machine takes for this test.
    const stopping = new AbortController()
    const refused = async () => {
      attempts++
      stopping.abort()
      throw new SightlineError('SL_INPUT_UNAUTHORISED', 'No.')
    }
    const running = persist(refused, { signal: stopping.signal, pace, onPause: () => undefined })
    await new Promise(setImmediate)
    stopping.abort()
    await running
  }
  equal(attempts, 2)
})
