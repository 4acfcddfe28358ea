import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { SightlineError } from '../../src/core/errors.ts'
import { DirectDialler } from '../../src/media/sources/direct-dialler.ts'
import { gotNoAnswer, waitForReturn } from '../../src/pipeline/wait-for-return.ts'

const timeout = 20_000

/** Answers as it is told, look after look, and counts them. */
function source(...script: readonly boolean[]) {
  const asked = {
    times: 0,
    answers: async () => script[Math.min(asked.times++, script.length - 1)]!
  }
  return asked
}

async function waited(delayMs: number, answers: (signal: AbortSignal) => Promise<boolean>, signal?: AbortSignal) {
  const beganMs = performance.now()
  await waitForReturn(delayMs, answers, signal ?? new AbortController().signal)
  return performance.now() - beganMs
}

test('WR1 a source that did not answer, and does again, is not waited for any longer', { timeout }, async t => {
  t.mock.method(Math, 'random', () => 0)
  const asked = source(false, true)
  const tookMs = await waited(3_600_000, asked.answers)
  ok(tookMs > 800 && tookMs < 10_000, `${tookMs} ms`)
  equal(asked.times, 2)
})

test('WR2 one that answers, and failed nevertheless, is waited for to the end, and asked no more', async () => {
  const asked = source(true)
  const tookMs = await waited(1600, asked.answers)
  ok(tookMs > 1500, `${tookMs} ms`)
  equal(asked.times, 1)
})

test('WR3 a short wait asks nobody', async () => {
  const asked = source(false)
  await waited(20, asked.answers)
  equal(asked.times, 0)
})

test('WR4 being told to stop ends it at once, also while an answer is waited for', { timeout }, async () => {
  const stopping = new AbortController()
  const hanging = (signal: AbortSignal) =>
    new Promise<boolean>(resolve => signal.addEventListener('abort', () => resolve(false)))
  setImmediate(() => stopping.abort())
  const tookMs = await waited(3_600_000, hanging, stopping.signal)
  ok(tookMs < 2000, `${tookMs} ms`)
})

test('WR5 one that did not answer the attempt, and answers now, is waited for 5 s at most', { timeout }, async () => {
  const asked = source(true)
  const beganMs = performance.now()
  await waitForReturn(3_600_000, asked.answers, new AbortController().signal, true)
  ok(performance.now() - beganMs < 10_000)
})

for (const [code, cause, expected] of [
  ['SL_INPUT_TIMEOUT', undefined, true],
  ['SL_INPUT_NETWORK', 'ECONNREFUSED', true],
  ['SL_INPUT_NETWORK', 'EHOSTUNREACH', true],
  ['SL_INPUT_NETWORK', 'ECONNRESET', false],
  ['SL_INPUT_NETWORK', undefined, false],
  ['SL_INPUT_NOT_FOUND', undefined, false]
] as const) {
  test(`WR6 ${code} (${cause}) ${expected ? 'is no answer' : 'says that somebody is there'}`, () => {
    const error = new SightlineError(code, 'It failed.', {
      cause: cause && Object.assign(new Error(), { code: cause })
    })
    equal(gotNoAnswer(error), expected)
  })
}

test('WR7 what nobody listens at is dialled without an answer', async () => {
  const dialling = new DirectDialler().dial({ host: '127.0.0.1', port: 9, tls: false }, new AbortController().signal)
  ok(
    gotNoAnswer(
      await dialling.then(
        () => Promise.reject(new Error('it was')),
        error => error
      )
    )
  )
})
