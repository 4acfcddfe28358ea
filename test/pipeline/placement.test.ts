import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import { leastLoaded, Suspects, usualHosts } from '../../src/pipeline/placement.ts'

test('H1 a stream goes to the host with the least to do, of those that are open to all', () => {
  const hosts = [
    { load: 2, isAlone: false },
    { load: 0, isAlone: true },
    { load: 1, isAlone: false }
  ]
  equal(leastLoaded(hosts), hosts[2])
  equal(leastLoaded(hosts.slice(1, 2)), undefined)
})

test('H2 a stream that was there at two deaths is put apart, and others are not', () => {
  const suspects = new Suspects()
  suspects.died(['a', 'b'], ['a'], 0)
  equal(suspects.isApart('a', 0), false)
  suspects.died(['a', 'b'], ['a'], 1000)
  equal(suspects.isApart('a', 1000), true)
  equal(suspects.isApart('b', 1000), false)
})

test('H3 where nothing tells which it was, it was one of few, and of many nobody is blamed', () => {
  const suspects = new Suspects()
  const many = Array.from({ length: 50 }, (_, index) => `s${index}`)
  for (const atMs of [0, 1000]) {
    suspects.died(['a', 'b'], [], atMs)
    suspects.died(many, [], atMs)
  }
  equal(suspects.isApart('a', 1000), true)
  equal(suspects.isApart('s7', 1000), false)
})

test('H3b where twenty were in native code, each bears its share: ten deaths in ten minutes, and it is put apart', () => {
  const suspects = new Suspects()
  const busy = Array.from({ length: 20 }, (_, index) => `s${index}`)
  for (let death = 0; death < 9; death++) suspects.died(busy, busy, death * 1000)
  equal(suspects.isApart('s7', 9000), false)
  suspects.died(busy, busy, 9000)
  equal(suspects.isApart('s7', 9000), true)
})

test('H4 what was long ago, or of a stream that is no more, does not count', () => {
  const suspects = new Suspects()
  suspects.died(['a'], ['a'], 0)
  suspects.died(['a'], ['a'], 700_000)
  equal(suspects.isApart('a', 700_000), false)
  suspects.died(['a'], ['a'], 700_001)
  suspects.forget('a')
  equal(suspects.isApart('a', 700_001), false)
})

test('H4 there is a process for eight cores, and one alone where a graphics card is to be shared', () => {
  equal(usualHosts(2, false), 1)
  equal(usualHosts(20, false), 3)
  equal(usualHosts(64, true), 1)
})
