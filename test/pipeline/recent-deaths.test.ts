import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { RecentDeaths } from '../../src/pipeline/recent-deaths.ts'

test('RD1 the first two deaths within a minute are answered at once, those after them later and later', () => {
  const deaths = new RecentDeaths()
  const failures = [0, 10_000, 20_000, 30_000].map(atMs => {
    deaths.died(['a'], atMs)
    return deaths.failures('a', atMs)
  })
  deepStrictEqual(failures, [0, 0, 1, 2])
  equal(deaths.failures('a', 80_001), 0)
})

test('RD2 a stream whose process dies time and again keeps no other waiting', () => {
  const deaths = new RecentDeaths()
  for (let n = 0; n < 10; n++) deaths.died(['bad'], n)
  deaths.died(['good', 'calm'], 10)
  deepStrictEqual(
    ['bad', 'good', 'calm'].map(stream => deaths.failures(stream, 10)),
    [8, 0, 0]
  )
})

test('RD3 a stream that was removed begins anew', () => {
  const deaths = new RecentDeaths()
  for (let n = 0; n < 10; n++) deaths.died(['a'], n)
  deaths.forget('a')
  equal(deaths.failures('a', 10), 0)
})
