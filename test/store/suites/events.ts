import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { EventRecord } from '../../../src/contract/record.ts'
import { type EventPageRequest, Events } from '../../../src/store/events.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { batch, crossing, crowd, startMs } from '../records.ts'
import type { OpenStore } from './open-store.ts'

const street = { stream: 'street', line: 'kerb', label: 'bicycle' } as const
/** Ten events of two streams, in the order of their times; two of them happen at once. */
const records: readonly EventRecord[] = [
  crossing({ n: 1 }),
  crossing({ n: 2, direction: 'out', afterMs: 1000 }),
  crowd({ n: 1, afterMs: 2000 }),
  crossing({ ...street, n: 1, afterMs: 2000 }),
  crossing({ ...street, n: 2, track: 2, afterMs: 3000 }),
  crossing({ ...street, n: 3, track: 2, label: 'person', afterMs: 61_000 }),
  crossing({ track: 3, n: 1, afterMs: 62_000 }),
  crossing({ epoch: 2, track: 3, n: 1, afterMs: 63_000 }),
  crowd({ stream: 'street', n: 1, afterMs: 64_000 }),
  crossing({ line: 'gate', n: 1, afterMs: 3_600_000 })
]
const ids = records.map(({ id }) => id)

const filters: readonly (readonly [string, EventPageRequest, readonly number[]])[] = [
  ['no filter', {}, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
  ['oldest first', { order: 'oldest' }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ['a stream', { streams: ['street'] }, [8, 5, 4, 3]],
  ['two streams', { streams: ['street', 'yard', 'street'], order: 'oldest' }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ['a kind', { kinds: ['crowd-formed'] }, [8, 2]],
  ['kinds of a stream', { streams: ['yard'], kinds: ['crowd-formed', 'line-crossed'] }, [9, 7, 6, 2, 1, 0]],
  ['a measure', { measures: ['line.gate', 'zone.hall'] }, [9, 8, 2]],
  ['a label', { labels: ['bicycle'] }, [4, 3]],
  ['a track of an epoch', { track: { stream: 'yard', epoch: 2, trackId: 3 } }, [7]],
  ['a time range, its end left out', { fromMs: startMs + 1000, toMs: startMs + 3000 }, [3, 2, 1]],
  ['streams that are permitted', { permitted: ['street'] }, [8, 5, 4, 3]],
  ['streams of which one is permitted', { permitted: ['street', 'attic'], streams: ['yard', 'street'] }, [8, 5, 4, 3]],
  ['nothing permitted', { permitted: [] }, []],
  ['a stream that is not permitted', { permitted: ['street'], streams: ['yard'] }, []],
  ['a track of a stream not permitted', { permitted: ['street'], track: { stream: 'yard', epoch: 1, trackId: 1 } }, []],
  ['no kinds', { kinds: [] }, []],
  ['more streams than are looked up one by one', { streams: [...many('s'), 'street'] }, [8, 5, 4, 3]],
  ['more kinds than are looked up one by one', { kinds: [...many('k'), 'crowd-formed'] }, [8, 2]]
]

const faults: readonly (readonly [string, EventPageRequest, RegExp])[] = [
  ['a page of no rows', { limit: 0 }, /1 to 1000/],
  ['a page of 1,001 rows', { limit: 1001 }, /1 to 1000/],
  ['a page of half a row', { limit: 1.5 }, /1 to 1000/],
  ['a time that is none', { fromMs: Number.NaN }, /NaN/],
  ['an end before the begin', { fromMs: 2, toMs: 1 }, /before it begins/],
  ['a name with a NUL', { streams: ['a\0'] }, /streams/],
  ['10,001 names', { permitted: Array.from({ length: 10_001 }, (_, n) => `s${n}`) }, /at most 10000/],
  ['a cursor of noise', { cursor: 'noise' }, /first page/],
  ['a very long cursor', { cursor: 'x'.repeat(100_000) }, /first page/]
]

/** Pages of events, on any database. */
export function eventsSuite(open: OpenStore): void {
  test('Q1 a filter leaves what it says, in the order of time and of arrival', async t => {
    const database = await open(t)
    await new StoreSink(database).take(batch(records))
    const events = new Events(database)
    for (const [what, request, expected] of filters) {
      const { items, next } = await events.page(request)
      deepStrictEqual([what, items.map(({ event }) => ids.indexOf(event.id))], [what, expected])
      strictEqual(next, undefined, what)
    }
  })

  test('Q2 an event comes back as it was, by page and by id', async t => {
    const database = await open(t)
    await new StoreSink(database).take(batch(records))
    const events = new Events(database)
    const { items } = await events.page({ order: 'oldest' })
    deepStrictEqual(
      items,
      records.map(({ atMs, body }) => ({ atMs, event: body }))
    )
    for (const [index, id] of ids.entries()) deepStrictEqual(await events.byId(id), items[index])
  })

  test('Q3 an id that is not permitted is as unknown as one that is not there', async t => {
    const database = await open(t)
    await new StoreSink(database).take(batch(records))
    const events = new Events(database)
    strictEqual(await events.byId(ids[0]!, ['street']), undefined)
    ok(await events.byId(ids[0]!, ['yard']))
    for (const id of ['yard/1/nothing', 'yard/9/x', 'yard', '', 'yard/1e3/x']) {
      strictEqual(await events.byId(id), undefined)
    }
  })

  test('Q4 pages of any size, in both orders, give every event once', async t => {
    const database = await open(t)
    await new StoreSink(database).take(batch(records))
    const events = new Events(database)
    for (const order of ['newest', 'oldest'] as const) {
      for (const limit of [1, 3, 5, 10]) {
        const found = await everyPage(events, { order, limit, streams: ['yard', 'street'] })
        deepStrictEqual(found, order === 'oldest' ? ids : ids.toReversed())
      }
    }
  })

  test('Q5 what arrives while pages are turned repeats nothing and hides nothing', async t => {
    const database = await open(t)
    const sink = new StoreSink(database)
    await sink.take(batch(records))
    const events = new Events(database)
    const first = await events.page({ limit: 4 })
    await sink.take(batch([crossing({ n: 50, afterMs: 3_700_000 })], { from: 11 }))
    const second = await events.page({ limit: 10, cursor: first.next })
    deepStrictEqual(
      [...first.items, ...second.items].map(({ event }) => event.id),
      ids.toReversed()
    )
  })

  test('Q6 what cannot be asked is refused, and the message says what can', async t => {
    const database = await open(t)
    const events = new Events(database)
    for (const [what, request, message] of faults) {
      await rejects(events.page(request), { code: 'SL_QUERY_INVALID', message }, what)
    }
  })

  test('Q7 a cursor is good for its own list only', async t => {
    const database = await open(t)
    await new StoreSink(database).take(batch(records))
    const events = new Events(database)
    const { next: cursor } = await events.page({ limit: 2 })
    await rejects(events.page({ limit: 2, cursor, order: 'oldest' }), { code: 'SL_QUERY_INVALID' })
    await rejects(events.page({ limit: 2, cursor, permitted: ['yard'] }), { code: 'SL_QUERY_INVALID' })
    const forged = Buffer.from(JSON.stringify(['x', 1, 2])).toString('base64url')
    await rejects(events.page({ cursor: forged }), { code: 'SL_QUERY_INVALID' })
  })
}

async function everyPage(events: Events, request: EventPageRequest): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await events.page({ ...request, cursor })
    found.push(...page.items.map(({ event }) => event.id))
    cursor = page.next
  } while (cursor !== undefined)
  return found
}

function many(prefix: string): string[] {
  return Array.from({ length: 100 }, (_, n) => `${prefix}${n}`)
}
