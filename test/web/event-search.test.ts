import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../src/contract/event.ts'
import {
  type EventSearch,
  eventQuery,
  eventSearch,
  exportAddress,
  isAskedFor,
  withLimit
} from '../../web/src/pages/events/event-search.ts'

const crossed: Event = {
  ...{
    version: 1,
    id: 'yard/3/line.door@5f0c2a91/track-17/line-crossed/1',
    stream: 'yard',
    epoch: 3,
    frame: 9,
    ptsMs: 1
  },
  ...{ kind: 'line-crossed', lineId: 'door', trackId: 17, label: 'person', direction: 'in' },
  box: { x: 0, y: 0, w: 0.1, h: 0.1 }
}
const started = { ...crossed, kind: 'track-started' } as unknown as Event

test('ES1 an address keeps what a filter can be, and nothing else', () => {
  const whole = {
    stream: 'yard',
    kind: 'line-crossed',
    measure: 'line.door',
    label: '人',
    fromMs: 1,
    toMs: 2,
    unseen: true
  }
  deepStrictEqual(eventSearch(whole), whole)
  deepStrictEqual(eventSearch({ stream: 7 }), { stream: '7' }, 'a name may look like a number')
  const none = {
    stream: '../x',
    kind: 'toString',
    last: 'constructor',
    label: 'a\u0000',
    fromMs: -1,
    unseen: 'yes',
    other: 1
  }
  deepStrictEqual(eventSearch(none), {})
  deepStrictEqual(eventSearch({ fromMs: 2, toMs: 1 }), {}, 'an end before the begin')
})

test('ES2 who comes and goes is asked for only where somebody wants it', () => {
  strictEqual(eventQuery({}, 0).kind?.includes('track-started'), false)
  strictEqual(eventQuery({ kind: 'all' }, 0).kind, undefined)
  strictEqual(isAskedFor({}, started, 0), false)
  strictEqual(isAskedFor({ kind: 'all' }, started, 0), true)
})

const asked = [
  [{ stream: 'yard' }, true],
  [{ stream: 'street' }, false],
  [{ kind: 'zone-left' }, false],
  [{ label: 'car' }, false],
  [{ measure: 'line.door' }, true],
  [{ measure: 'line.gate' }, false],
  [{ track: 'yard/3/17' }, true],
  [{ track: 'yard/3/1' }, false],
  [{ toMs: 1000 }, false],
  [{ fromMs: 1000 }, true]
] as const
for (const [search, expected] of asked)
  test(`ES3 what happens now is ${expected ? '' : 'not '}in the list of ${JSON.stringify(search)}`, () =>
    strictEqual(isAskedFor(search, crossed, 1000), expected))

test('ES6 every filter is part of the question to the server', () => {
  const place = { stream: 'yard', label: 'person', measure: 'zone.hall', track: 'yard/3/17' }
  const filters: EventSearch = { ...place, kind: 'zone-left', fromMs: 1, toMs: 2, unseen: true }
  deepStrictEqual(eventQuery(filters, 9), {
    ...{ stream: ['yard'], kind: ['zone-left'], label: ['person'], measure: ['zone.hall'], track: 'yard/3/17' },
    ...{ fromMs: 1, toMs: 2, unseen: true }
  })
})

test('ES4 a file has the same filters, counted back from now', () => {
  const address = exportAddress({ stream: 'yard', kind: 'line-crossed', last: 'hour' }, 'csv', 3_600_005)
  match(address, /^\/api\/v1\/events\?stream=yard&kind=line-crossed&fromMs=5&format=csv$/)
})

test('ES5 times that no date, no field or no server has are no filter', () => {
  for (const ms of [9_000_000_000_000_000, 8_640_000_000_000_000, 253_402_300_800_000, 0.5, Number.NaN])
    deepStrictEqual(eventSearch({ fromMs: ms, toMs: ms }), {}, String(ms))
  const { toMs } = eventSearch({ toMs: 253_402_200_000_000 })
  const widestZoneMs = 14 * 3_600_000
  match(new Date(toMs! + widestZoneMs).toISOString(), /^9999-/)
})

for (const [rule, name, ms, limits] of [
  ['begins', 'fromMs', 20, { fromMs: 20, toMs: 50 }],
  ['ends', 'toMs', 70, { fromMs: 10, toMs: 70 }],
  ['ends before it begins: the begin goes', 'toMs', 5, { toMs: 5 }],
  ['begins where it ends: the end goes', 'fromMs', 50, { fromMs: 50 }],
  ['ends no more', 'toMs', undefined, { fromMs: 10 }]
] as const)
  test(`ES7 of a time that now ${rule}, all else stays as it was`, () => {
    deepStrictEqual(withLimit({ stream: 'yard', fromMs: 10, toMs: 50 }, name, ms), { stream: 'yard', ...limits })
  })
