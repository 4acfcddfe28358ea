import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import * as format from '../../web/src/strings/format.ts'

const metric = { locale: 'en-GB', timeZone: 'Europe/Berlin', units: 'metric' } as const
const imperial = { locale: 'en-US', timeZone: 'America/New_York', units: 'imperial' } as const
const atMs = Date.UTC(2026, 10, 21, 12, 3, 22)

test('F1 times are in the viewer’s zone', () => {
  deepStrictEqual([format.timeOfDay(atMs, metric), format.timeOfDay(atMs, imperial)], ['13:03:22', '7:03:22 AM'])
  deepStrictEqual([format.shortTime(atMs, metric), format.shortTime(atMs, imperial)], ['13:03', '7:03 AM'])
  const late = Date.UTC(2026, 10, 21, 23, 30)
  match(format.dateAndTime(late, metric), /^22 Nov.* 00:30$/)
  match(format.dateAndTime(late, imperial), /^Nov 21.* 6:30/)
  deepStrictEqual([format.shortDate(late, metric), format.shortDate(late, imperial)], ['22 Nov', 'Nov 21'])
})

test('F2 how long ago something was is said in the largest unit that fits', () => {
  const ago = (sinceMs: number) => format.ago(atMs - sinceMs, atMs, metric)
  deepStrictEqual([0, 59_000, 300_000, 7_200_000, 86_400_000].map(ago), [
    'now',
    'now',
    '5 minutes ago',
    '2 hours ago',
    'yesterday'
  ])
})

test('F3 distances and speeds are in the units that somebody thinks in', () => {
  deepStrictEqual(
    [12.34, 2500].map(each => format.distance(each, metric)),
    ['12.3 m', '2.5 km']
  )
  deepStrictEqual(
    [12.34, 2500].map(each => format.distance(each, imperial)),
    ['40.5 ft', '1.6 mi']
  )
  deepStrictEqual([format.speed(1.5, metric), format.speed(1.5, imperial)], ['5.4 km/h', '3.4 mph'])
})

test('F4 sizes of files go up in steps of a thousand', () => {
  deepStrictEqual(
    [0, 999, 1500, 2_340_000_000].map(each => format.fileSize(each, metric)),
    ['0 byte', '999 byte', '1.5 kB', '2.3 GB']
  )
})

test('F5 what lasted is said as people say it, and on one line', () => {
  deepStrictEqual([400, 59_400, 125_000, 3_780_000].map(format.lasting), [
    '0\u00a0s',
    '59\u00a0s',
    '2\u00a0min\u00a05\u00a0s',
    '1\u00a0h\u00a03\u00a0min'
  ])
})

test('F6 shares are in per cent', () => equal(format.share(0.374, metric), '37%'))
