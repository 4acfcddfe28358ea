import { deepStrictEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { Batch } from '../../../src/api/graphql/batch.ts'

function counted(answer = (key: string): string | undefined => key.toUpperCase()) {
  const questions: (readonly string[])[] = []
  const batch = new Batch<string>(async keys => {
    questions.push(keys)
    return new Map(keys.flatMap(key => answer(key) ?? []).map(value => [value.toLowerCase(), value]))
  })
  return { batch, questions }
}

test('GB1 what is wanted in one turn is one question, each key once', async () => {
  const { batch, questions } = counted()
  deepStrictEqual(await Promise.all(['a', 'b', 'a'].map(key => batch.find(key))), ['A', 'B', 'A'])
  deepStrictEqual(questions, [['a', 'b']])
})

test('GB2 nothing is remembered', async () => {
  const { batch, questions } = counted()
  for (let n = 0; n < 2; n++) await batch.find('a')
  deepStrictEqual(questions, [['a'], ['a']])
})

test('GB3 what is not there is undefined', async () => {
  const { batch } = counted(key => (key === 'a' ? 'A' : undefined))
  deepStrictEqual(await Promise.all([batch.find('a'), batch.find('b')]), ['A', undefined])
})

test('GB4 more than the store gives at once are several questions', async () => {
  const { batch, questions } = counted()
  await Promise.all(Array.from({ length: 1001 }, (_, n) => batch.find(`k${n}`)))
  deepStrictEqual(
    questions.map(({ length }) => length),
    [1000, 1]
  )
})

test('GB5 a question that fails fails all who asked it, and nobody after them', async () => {
  let isAway = true
  const batch = new Batch<string>(async keys => {
    if (isAway) throw new Error('away')
    return new Map(keys.map(key => [key, key]))
  })
  const asked = [batch.find('a'), batch.find('b')]
  for (const each of asked) await rejects(each, /away/)
  isAway = false
  deepStrictEqual(await batch.find('a'), 'a')
})
