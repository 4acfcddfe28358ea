import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Lateness } from '../../src/media/lateness.ts'

/** Of pictures that came so late, a second apart. */
function lateness(lateMs: readonly number[]): Lateness {
  const heard = new Lateness()
  for (const [index, late] of lateMs.entries()) heard.heard(late, index * 1000)
  return heard
}

const minutes = (count: number, late: (second: number) => number) =>
  Array.from({ length: count * 60 }, (_, i) => late(i))

test('LA1 nothing is known of it at first', () => {
  strictEqual(lateness([20, 900, 900]).ms, 0)
})

test('LA2 it is what those that come in time are later by than at first', () => {
  strictEqual(lateness(minutes(5, second => (second % 20 === 0 ? 20 + second : 3000))).ms, 240)
})

for (const byMs of [150, -150])
  test(`LA3 their own time is put ahead by ${byMs} ms: by so much less late they are`, () => {
    const heard = lateness(minutes(5, second => (second < 10 ? 0 : 400)))
    heard.shifted(byMs)
    strictEqual(heard.ms, 400 - byMs)
  })
