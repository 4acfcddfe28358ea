import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { eventsAfter, following } from '../../../src/store/events-after.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { storedSoFar } from '../../../src/store/stored-so-far.ts'
import { batch, crossing } from '../records.ts'
import type { OpenStore } from './open-store.ts'

/** The second happened before the first, another stream's lies between, and the old epoch's last came late. */
const records = [
  crossing({ n: 1, afterMs: 2000 }),
  crossing({ n: 2, afterMs: 1000 }),
  crossing({ stream: 'street', n: 1, afterMs: 1500 }),
  crossing({ n: 3, afterMs: 3000 }),
  crossing({ epoch: 2, n: 1, afterMs: 9000 }),
  crossing({ n: 4, afterMs: 4000 }),
  crossing({ epoch: 2, n: 2, afterMs: 8000 })
]
const ids = records.map(({ id }) => id)
const inOrder = [0, 1, 3, 5, 4, 6].map(index => ids[index]!)

/** What follows an event, on any database. */
export function eventsAfterSuite(open: OpenStore): void {
  const after = async (t: Parameters<OpenStore>[0], request: { id: string; limit?: number; inclusive?: boolean }) => {
    const database = await open(t)
    await new StoreSink(database).take(batch(records))
    return (await eventsAfter(database, { stream: 'yard', limit: 100, ...request }))?.map(({ event }) => event.id)
  }

  test('EA1 events come epoch by epoch, and in the order of their log, not of their times', async t => {
    deepStrictEqual(await after(t, { id: inOrder[0]! }), inOrder.slice(1))
  })

  test('EA2 no more come than are asked for, and asked inclusively the event itself is the first', async t => {
    deepStrictEqual(await after(t, { id: inOrder[2]!, limit: 2, inclusive: true }), inOrder.slice(2, 4))
  })

  test('EA3 behind the last there is nothing', async t => {
    deepStrictEqual(await after(t, { id: inOrder.at(-1)! }), [])
  })

  for (const id of [
    ids[2]!,
    'yard/1/line.door@5f0c2a91/track-1/line-crossed/99',
    'yard',
    'yard/0/x',
    'yard/1/\0',
    ''
  ]) {
    test(`EA4 an id that is none of the stream's events is not known: ${JSON.stringify(id)}`, async t => {
      strictEqual(await after(t, { id }), undefined)
    })
  }

  test('EA5 an event comes back as it was logged', async t => {
    const database = await open(t)
    await new StoreSink(database).take(batch(records))
    const [first] = (await eventsAfter(database, { stream: 'yard', id: ids[0]!, limit: 1, inclusive: true }))!
    deepStrictEqual(first, { atMs: records[0]!.atMs, event: records[0]!.body })
  })

  test('EA6 where the store stands is known by log', async t => {
    const database = await open(t)
    await new StoreSink(database).take(batch(records, { log: 'worker-2', from: 5 }))
    deepStrictEqual(await storedSoFar(database), new Map([['worker-2', 5 + records.length]]))
  })

  test('EA7 the events that follow are found by an index, and none before them is read', async t => {
    const database = await open(t)
    const question = following({ stream: 'yard', epoch: 1, n: 7, from_ms: 0, limit: 10, inclusive: false })
    const explain = sql.raw(database.kind === 'sqlite' ? 'explain query plan' : 'explain')
    const { rows } = await database.sql.connection().execute(async connection => {
      // PostgreSQL would rather read a table as small as this one.
      if (database.kind === 'postgres') await sql`set enable_seqscan = off`.execute(connection)
      return sql<Readonly<Record<string, unknown>>>`${explain} ${question}`.execute(connection)
    })
    const plan = rows.flatMap(row => Object.values(row)).join('\n')
    match(
      plan,
      database.kind === 'sqlite'
        ? /events_stream_order \(stream=\? AND epoch=\? AND n>\?\)/
        : /stream_epoch_n_idx.*\n.*Index Cond: \(\(stream = 'yard'::text\) AND \(epoch = 1\) AND \(n > /
    )
  })
}
