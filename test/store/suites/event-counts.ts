import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { EventCounts } from '../../../src/store/event-counts.ts'
import type { CountRequest } from '../../../src/store/event-counts-request.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { batch, crossing, crowd, startMs } from '../records.ts'
import type { OpenStore } from './open-store.ts'

const minute = 60_000
const hour = 60 * minute
const street = { stream: 'street', line: 'kerb', label: 'bicycle' } as const
const records = [
  crossing({ n: 1 }),
  crossing({ n: 2, direction: 'out', afterMs: minute - 1 }),
  crossing({ n: 3, afterMs: minute }),
  crowd({ n: 1, afterMs: minute }),
  crossing({ ...street, n: 1, afterMs: minute }),
  crossing({ ...street, n: 2, afterMs: 2 * minute }),
  crossing({ ...street, n: 3, label: 'person', afterMs: 3 * minute }),
  crossing({ epoch: 2, n: 1, afterMs: 3 * minute })
]
const range = { fromMs: startMs, toMs: startMs + 4 * minute, period: 'minute' } as const

/** Counts by minute, hour and day, on any database. */
export function eventCountsSuite(open: OpenStore): void {
  const counting = async (database: StoreDatabase) => {
    await new StoreSink(database).take(batch(records))
    return new EventCounts(database)
  }

  test('C1 without groups all events of a minute are counted together', async t => {
    const database = await open(t)
    const minutes = await counting(database)
    deepStrictEqual(await minutes.counts(range), at([0, 2], [1, 3], [2, 1], [3, 2]))
  })

  test('C2 groups are told apart by any of their dimensions, in their order', async t => {
    const database = await open(t)
    const minutes = await counting(database)
    const whole = { ...range, period: 'hour', utcOffsetMinutes: (-startMs / minute) % 60 } as const
    const by = async (...groupBy: NonNullable<CountRequest['groupBy']>) =>
      (await minutes.counts({ ...whole, groupBy })).map(count => [...groupBy.map(key => count[key]), count.events])
    deepStrictEqual(await by('stream'), [
      ['street', 3],
      ['yard', 5]
    ])
    deepStrictEqual(await by('kind'), [
      ['crowd-formed', 1],
      ['line-crossed', 7]
    ])
    deepStrictEqual(await by('measure'), [
      ['line.door', 4],
      ['line.kerb', 3],
      ['zone.hall', 1]
    ])
    deepStrictEqual(await by('label', 'stream'), [
      ['', 'yard', 1],
      ['bicycle', 'street', 2],
      ['person', 'street', 1],
      ['person', 'yard', 4]
    ])
    deepStrictEqual(await by('direction'), [
      ['', 1],
      ['in', 6],
      ['out', 1]
    ])
  })

  test('C3 filters leave what they say, and permission is one of them', async t => {
    const database = await open(t)
    const minutes = await counting(database)
    const of = async (filter: Partial<CountRequest>) =>
      (await minutes.counts({ ...range, ...filter })).reduce((sum, { events }) => sum + events, 0)
    strictEqual(await of({ streams: ['yard'] }), 5)
    strictEqual(await of({ permitted: ['yard'] }), 5)
    strictEqual(await of({ permitted: ['yard'], streams: ['street'] }), 0)
    strictEqual(await of({ permitted: [] }), 0)
    strictEqual(await of({ kinds: ['crowd-formed'], measures: ['zone.hall'], labels: [''] }), 1)
    strictEqual(await of({ directions: ['out', 'none'] }), 1)
    strictEqual(await of({ toMs: startMs + minute }), 2)
  })

  test('C4 filling adds noughts for each group that was found, or for all together', async t => {
    const database = await open(t)
    const minutes = await counting(database)
    const filled = await minutes.counts({ ...range, toMs: startMs + 5 * minute, kinds: ['crowd-formed'], fill: true })
    deepStrictEqual(filled, at([0, 0], [1, 1], [2, 0], [3, 0], [4, 0]))
    const groups = await minutes.counts({ ...range, groupBy: ['stream'], fill: true })
    deepStrictEqual(
      groups.map(({ stream, events }) => [stream, events]),
      [
        ['street', 0],
        ['yard', 2],
        ['street', 1],
        ['yard', 2],
        ['street', 1],
        ['yard', 0],
        ['street', 1],
        ['yard', 1]
      ]
    )
    deepStrictEqual(await minutes.counts({ ...range, kinds: [], fill: true }), at([0, 0], [1, 0], [2, 0], [3, 0]))
  })

  test('C5 hours and days begin where the offset says, also before 1970', async t => {
    const database = await open(t)
    const sink = new StoreSink(database)
    const old = crossing()
    await sink.take(batch([{ ...old, atMs: -90 * minute }]))
    const minutes = new EventCounts(database)
    const request = { fromMs: -2 * hour, toMs: 0, period: 'hour' } as const
    deepStrictEqual(await minutes.counts(request), [{ fromMs: -2 * hour, events: 1 }])
    deepStrictEqual(await minutes.counts({ ...request, utcOffsetMinutes: 30 }), [{ fromMs: -1.5 * hour, events: 1 }])
    const day = { ...request, period: 'day', utcOffsetMinutes: 120 } as const
    deepStrictEqual(await minutes.counts(day), [{ fromMs: -2 * hour, events: 1 }])
    deepStrictEqual(await minutes.counts({ ...day, fill: true }), [{ fromMs: -2 * hour, events: 1 }])
  })

  test('C6 a ranking has the groups with most events of each period, and equal ones by name', async t => {
    const database = await open(t)
    const minutes = await counting(database)
    const places = await minutes.ranking({ ...range, groupBy: ['stream', 'label'], places: 2 })
    deepStrictEqual(
      places.map(({ fromMs, place, stream, label, events }) => [
        (fromMs - startMs) / minute,
        place,
        stream,
        label,
        events
      ]),
      [
        [0, 1, 'yard', 'person', 2],
        [1, 1, 'street', 'bicycle', 1],
        [1, 2, 'yard', '', 1],
        [2, 1, 'street', 'bicycle', 1],
        [3, 1, 'street', 'person', 1],
        [3, 2, 'yard', 'person', 1]
      ]
    )
  })

  test('C7 what cannot be asked is refused', async t => {
    const database = await open(t)
    const minutes = new EventCounts(database)
    const wrong: readonly Partial<CountRequest>[] = [
      { fromMs: startMs + 1 },
      { toMs: Number.NaN },
      { toMs: startMs - minute },
      { period: 'week' as 'day' },
      { utcOffsetMinutes: 0.5 },
      { groupBy: ['id' as 'kind'] },
      { groupBy: ['kind', 'kind'] },
      { kinds: ['\0'] }
    ]
    for (const change of wrong) await rejects(minutes.counts({ ...range, ...change }), { code: 'SL_QUERY_INVALID' })
    await rejects(minutes.ranking(range), { code: 'SL_QUERY_INVALID', message: /groupBy/ })
    await rejects(minutes.ranking({ ...range, groupBy: ['kind'], places: 101 }), { code: 'SL_QUERY_INVALID' })
  })

  test('C8 an answer beyond 50,000 counts is refused, and the message says how to get less', async t => {
    const database = await open(t)
    const minutes = new EventCounts(database)
    const long = { ...range, toMs: startMs + 50_001 * minute, fill: true }
    await rejects(minutes.counts(long), { code: 'SL_QUERY_TOO_LARGE', message: /longer periods/ })
  })

  test('C11 a range of centuries in which no group has anything is answered at once', async t => {
    const counts = await counting(await open(t))
    const centuries = { fromMs: 0, toMs: 253_402_300_740_000, period: 'minute', groupBy: ['kind'], fill: true } as const
    deepStrictEqual(await counts.counts({ ...centuries, streams: ['nowhere'] }), [])
  })

  test('C9 hours and days are the sums of their minutes, wherever the range begins and ends', async t => {
    const database = await open(t)
    const counting = new EventCounts(database)
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 72 * 60 }), { maxLength: 30 }),
        fc.tuple(fc.integer({ min: 0, max: 72 * 60 }), fc.integer({ min: 0, max: 72 * 60 })),
        fc.constantFrom(0, 60, -300, 30, 345),
        fc.subarray(['stream', 'label', 'direction', 'kind'] as const),
        async (times, ends, utcOffsetMinutes, groupBy) => {
          await database.sql.deleteFrom('event_minutes').execute()
          await database.sql.deleteFrom('event_hours').execute()
          const [fromMs, toMs] = ends.toSorted((a, b) => a - b).map(minutes => startMs + minutes * minute) as [
            number,
            number
          ]
          const stream = `door-${run++}`
          await new StoreSink(database).take(
            batch(
              times.map((at, n) => crossing({ stream, n, afterMs: at * minute })),
              { log: stream }
            )
          )
          for (const [period, lengthMs] of [
            ['hour', hour],
            ['day', 24 * hour]
          ] as const) {
            const request = { fromMs, toMs, period, utcOffsetMinutes, groupBy }
            const sums = new Map<number, number>()
            for (const { fromMs: at, events } of await counting.counts({ ...request, period: 'minute' })) {
              const shiftMs = utcOffsetMinutes * minute
              const begin = Math.floor((at + shiftMs) / lengthMs) * lengthMs - shiftMs
              sums.set(begin, (sums.get(begin) ?? 0) + events)
            }
            const counts = await counting.counts(request)
            deepStrictEqual(
              counts.map(({ fromMs: at, events }) => [at, events]),
              [...sums]
            )
          }
        }
      ),
      { numRuns: 30 }
    )
  })

  test('C10 counts outlive their events, and those by hour the minutes', async t => {
    const database = await open(t)
    const counting = new EventCounts(database)
    await new StoreSink(database).take(batch(records))
    const hours = {
      ...range,
      fromMs: startMs - (startMs % hour),
      toMs: startMs - (startMs % hour) + 2 * hour,
      period: 'hour'
    } as const
    const before = await counting.counts({ ...hours, groupBy: ['stream'] })
    for (const table of ['events', 'event_spans', 'event_minutes'] as const)
      await database.sql.deleteFrom(table).execute()
    deepStrictEqual(await counting.counts({ ...hours, groupBy: ['stream'] }), before)
    deepStrictEqual(await counting.counts(range), [])
  })
}

let run = 0

function at(...counts: readonly (readonly [number, number])[]) {
  return counts.map(([minutes, events]) => ({ fromMs: startMs + minutes * minute, events }))
}
