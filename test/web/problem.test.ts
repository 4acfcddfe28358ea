import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { ApiProblem, problemOf, problemText } from '../../web/src/api/problem.ts'
import { failures } from '../../web/src/strings/shell.ts'

const refusal = (status: number, body: unknown, headers = {}) =>
  problemOf({ status, headers: new Headers(headers) }, body)

test('B1 a refusal is shown with the server’s sentence and its code', () => {
  const { sentence, code } = problemText(refusal(409, { detail: 'The name is taken.', code: 'SL_NAME_TAKEN' }))
  deepStrictEqual([sentence, code], ['The name is taken.', 'SL_NAME_TAKEN'])
})

test('B2 when to try again is kept', () => equal(refusal(429, {}, { 'retry-after': '6' }).retryAfterMs, 6000))

for (const body of [undefined, 'text', { detail: 7 }])
  test(`B3 ${JSON.stringify(body)} in place of a problem has a sentence of ours`, () =>
    equal(problemText(refusal(500, body)).sentence, failures.unreadable))

test('B4 what somebody else changed meanwhile is said as that', () =>
  equal(problemText(refusal(412, { detail: 'x' })).sentence, failures.changedMeanwhile))

test('B5 what did not come has no code', () => {
  deepStrictEqual(problemText(new ApiProblem(0, failures.offline)), { sentence: failures.offline, code: undefined })
})
