import { deepStrictEqual, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { MeasuringTurns } from '../../src/roles/provider-trials/measuring-turns.ts'
import { inTime } from '../support/in-time.ts'

/** Measurements that are over when they are told so, and what became of them. */
function scene() {
  const turns = new MeasuringTurns()
  const told: string[] = []
  const enough = { a: Promise.withResolvers<void>(), b: Promise.withResolvers<void>() }
  const work = (name: 'a' | 'b') => async (signal?: AbortSignal) => {
    told.push(`${name} begins`)
    const givenUp = signal && once(signal, 'abort').then(() => Promise.reject(new Error(`${name} was given up`)))
    await Promise.race([enough[name].promise, givenUp ?? new Promise(() => undefined)]).catch(async error => {
      await new Promise(setImmediate) // A worker takes its time to end.
      told.push(`${name} is given up`)
      throw error
    })
    told.push(`${name} ends`)
    return name
  }
  return { turns, told, work, end: (name: 'a' | 'b') => enough[name].resolve() }
}

/** Nothing here takes any time. */
const soonMs = 10_000
const idle = () => new Promise(setImmediate)

test('MT1 measurements that somebody waits for go one after the other', async () => {
  const { turns, told, work, end } = scene()
  const both = Promise.all([turns.next(work('a')), turns.next(work('b'))])
  end('b')
  await idle()
  end('a')
  deepStrictEqual(await inTime('both are over', both, soonMs), ['a', 'b'])
  deepStrictEqual(told, ['a begins', 'a ends', 'b begins', 'b ends'])
})

test('MT2 one that nobody waits for begins when nobody waits for any', async () => {
  const { turns, told, work, end } = scene()
  const both = Promise.all([turns.behind(work('a')), turns.next(work('b'))])
  await idle()
  end('a')
  end('b')
  await inTime('both are over', both, soonMs)
  deepStrictEqual(told, ['b begins', 'b ends', 'a begins', 'a ends'])
})

test('MT3 one that nobody waits for is gone before one begins that somebody waits for, and begins again behind it', async () => {
  const { turns, told, work, end } = scene()
  const behind = turns.behind(work('a'))
  await idle()
  const waited = turns.next(work('b'))
  await idle()
  await idle()
  end('b')
  await inTime('the one that somebody waits for is over', waited, soonMs)
  end('a')
  await inTime('the one behind it is over', behind, soonMs)
  deepStrictEqual(told, ['a begins', 'a is given up', 'b begins', 'b ends', 'a begins', 'a ends'])
})

test('MT4 what fails without having made way fails, and stands in nobody’s way', async () => {
  const { turns, work, end } = scene()
  await rejects(
    turns.behind(() => Promise.reject(new Error('no card'))),
    /no card/
  )
  await rejects(
    turns.next(() => Promise.reject(new Error('no model'))),
    /no model/
  )
  end('a')
  end('b')
  const both = Promise.all([turns.next(work('a')), turns.behind(work('b'))])
  deepStrictEqual(await inTime('both are over', both, soonMs), ['a', 'b'])
})
