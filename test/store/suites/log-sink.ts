import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '../../../src/contract/record.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import type { CountTable } from '../../../src/store/tables-counts.ts'
import { batch, chunk, crossing, crowd, head, sample, startMs, track } from '../records.ts'
import type { OpenStore } from './open-store.ts'

/** What the store promises to the logs, on any database. */
export function logSinkSuite(open: OpenStore): void {
  test('K1 a log that was never seen begins at 1, and goes on where the last batch ended', async t => {
    const database = await open(t)
    const sink = new StoreSink(database)
    strictEqual(await sink.position('worker-1'), 1)
    await sink.take(batch([crossing()]))
    strictEqual(await sink.position('worker-1'), 2)
    strictEqual(await sink.position('worker-2'), 1)
  })

  test('K2 every type of record has its table', async t => {
    const database = await open(t)
    const refusals = await new StoreSink(database).take(
      batch([crossing(), crowd(), track(), head(), chunk(), sample()])
    )
    deepStrictEqual(refusals, [])
    deepStrictEqual(await counts(database), {
      events: 2,
      tracks: 1,
      heads: 1,
      chunks: 1,
      samples: 1,
      byMinute: 2,
      byHour: 2
    })
  })

  test('K2b events that somebody else stored in the same moment undo the batch, which is taken when it comes again', async t => {
    const database = await open(t)
    /** As if one of the events had been there when they were inserted, and not when they were looked up. */
    const overtaken = new Proxy(database, {
      get(target, key) {
        if (key === 'insertNew')
          return async (...inserting: Parameters<StoreDatabase['insertNew']>) =>
            (await target.insertNew(...inserting)) - (inserting[1] === 'events' ? 1 : 0)
        const value = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      }
    })
    const events = batch([crossing(), crowd()])
    await rejects(new StoreSink(overtaken).take(events), { code: 'SL_STORE_UNAVAILABLE', retryable: true })
    const nothing = { events: 0, tracks: 0, heads: 0, chunks: 0, samples: 0, byMinute: 0, byHour: 0 }
    deepStrictEqual(await counts(database), nothing)
    const sink = new StoreSink(database)
    strictEqual(await sink.position('worker-1'), 1)
    await sink.take(events)
    deepStrictEqual(await counts(database), { ...nothing, events: 2, byMinute: 2, byHour: 2 })
  })

  test('K3 what comes again changes nothing, also within one batch', async t => {
    const database = await open(t)
    const sink = new StoreSink(database)
    const records: LogRecord[] = [crossing(), crowd(), track(), head(), chunk(), sample()]
    await sink.take(batch([...records, ...records]))
    const before = await counts(database)
    deepStrictEqual(await sink.take(batch(records, { log: 'worker-2' })), [])
    deepStrictEqual(await counts(database), before)
    deepStrictEqual(sink.snapshot(), { added: 6, repeated: 12, clashed: 0, refused: 0 })
  })

  test('K4 an id that comes with other content is refused, and the first stays', async t => {
    const database = await open(t)
    const sink = new StoreSink(database)
    await sink.take(batch([crossing(), track(), head(), chunk(), sample()]))
    const other = [
      { ...crossing(), atMs: startMs + 40 * 86_400_000 },
      { ...crossing(), body: { ...crossing().body, frame: 7 } },
      { ...track(), body: { ...track().body, detections: 21 } },
      { ...head(), atMs: startMs + 1 },
      { ...chunk(), bytes: Uint8Array.from([9]) },
      { ...sample(), body: { ...sample().body, sum: 91 } }
    ] as LogRecord[]
    const refusals = await sink.take(batch(other, { from: 6 }))
    deepStrictEqual(
      refusals.map(({ seq, error }) => [seq, error.code]),
      [6, 7, 8, 9, 10, 11].map(seq => [seq, 'SL_RECORD_CLASH'])
    )
    deepStrictEqual(await counts(database), {
      events: 1,
      tracks: 1,
      heads: 1,
      chunks: 1,
      samples: 1,
      byMinute: 1,
      byHour: 1
    })
    strictEqual(sink.snapshot().clashed, 6)
    strictEqual(await sink.position('worker-1'), 12)
  })
}

async function counts({ sql }: StoreDatabase) {
  const count = async (table: 'events' | 'tracks' | 'trajectory_heads' | 'trajectory_chunks' | 'measure_samples') => {
    const { rows } = await sql
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow()
    return Number(rows)
  }
  const counted = async (table: CountTable) => {
    const { events } = await sql
      .selectFrom(table)
      .select(({ fn }) => fn.sum<number>('events').as('events'))
      .executeTakeFirstOrThrow()
    return Number(events)
  }
  return {
    events: await count('events'),
    tracks: await count('tracks'),
    heads: await count('trajectory_heads'),
    chunks: await count('trajectory_chunks'),
    samples: await count('measure_samples'),
    byMinute: await counted('event_minutes'),
    byHour: await counted('event_hours')
  }
}
