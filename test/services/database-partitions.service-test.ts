import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { after, describe, type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase, type StoreDatabase } from '../../src/store/database.ts'
import { eventRow } from '../store/suites/event-rows.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'

// How PostgreSQL splits the tables that grow for ever.

const started = await startPostgres()
after(async () => {
  if (started.missing === false) await started[Symbol.asyncDispose]()
})

describe('Tables split by months', { skip: started.missing }, () => {
  const server = started as PostgresServer
  const open = async (t: TestContext, url?: string): Promise<StoreDatabase> => {
    const store = await openDatabase({ url: url ?? (await server.database()), connections: 4 })
    t.after(() => store[Symbol.asyncDispose]())
    return store
  }
  const add = (store: StoreDatabase, ...times: number[]) =>
    store.sql.transaction().execute(transaction =>
      store.insertNew(
        transaction,
        'events',
        times.map((at_ms, index) => eventRow(index, { id: `door/1/${at_ms}`, at_ms }))
      )
    )
  /** Partitions that have rows, with how many. */
  const filled = async (store: StoreDatabase) => {
    const { rows } = await sql<{ name: string; n: number }>`
      select tableoid::regclass::text as name, count(*) as n from events group by 1 order by 1`.execute(store.sql)
    return Object.fromEntries(rows.map(({ name, n }) => [name, n]))
  }
  const june = Date.UTC(2025, 5)
  const july = Date.UTC(2025, 6)

  test('S1 each month has a partition, made when its first row comes', async t => {
    const store = await open(t)
    await add(store, june, july - 1000, july, Date.UTC(2031, 11, 31))
    deepStrictEqual(await filled(store), { events_2025_06: 2, events_2025_07: 1, events_2031_12: 1 })
  })

  test('S2 times that no clock ever showed lie in the default partition', async t => {
    const store = await open(t)
    await add(store, -1e15, 0, 4e15)
    deepStrictEqual(await filled(store), { events_default: 3 })
  })

  test('S3 partitions of now and the next two months are there before their first row', async t => {
    const store = await open(t)
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from pg_inherits where inhparent = 'events'::regclass`.execute(store.sql)
    strictEqual(rows[0]?.n, 4)
  })

  test('S4 what is older is dropped by whole partitions, the rest stays', async t => {
    const store = await open(t)
    await add(store, june, july, Date.UTC(2025, 7))
    strictEqual(await store.dropPartitionsBefore('events', Date.UTC(2025, 7, 15)), 2)
    deepStrictEqual(await filled(store), { events_2025_08: 1 })
    strictEqual(await add(store, june), 1)
    deepStrictEqual(await filled(store), { events_2025_06: 1, events_2025_08: 1 })
  })

  test('S5 of a transaction that was undone no partition is believed in', async t => {
    const store = await open(t)
    const undone = store.sql.transaction().execute(async transaction => {
      await store.insertNew(transaction, 'events', [eventRow(1, { at_ms: june })])
      throw new Error('undone')
    })
    await undone.catch(() => undefined)
    await add(store, june)
    const { rows } = await sql<{ n: number }>`select count(*) as n from events where at_ms = ${june}`.execute(store.sql)
    strictEqual(rows[0]?.n, 1)
  })

  test('S6 two programs that need the same new month both get it', async t => {
    const url = await server.database()
    const stores = [await open(t, url), await open(t, url)]
    await Promise.all(stores.map((store, index) => add(store, june + index * 1000)))
    deepStrictEqual(await filled(stores[0]!), { events_2025_06: 2 })
  })

  test('S7 rows come in while a backup reads, though their month has no partition yet', async t => {
    const store = await open(t)
    await add(store, july)
    await store.reading(async snapshot => {
      strictEqual((await snapshot.selectFrom('events').select('id').execute()).length, 1)
      strictEqual(await add(store, june), 1)
    })
    strictEqual((await store.sql.selectFrom('events').select('id').execute()).length, 2)
  })

  test('S8 a question about a few days reads the partitions of these alone', async t => {
    const store = await open(t)
    await add(store, june, july, Date.UTC(2025, 7))
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select * from events where stream = 'door' and at_ms >= ${july} and at_ms < ${july + 86_400_000}`.execute(
      store.sql
    )
    const plan = rows.map(row => row['QUERY PLAN']).join('\n')
    ok(plan.includes('events_2025_07') && !plan.includes('events_2025_06') && !plan.includes('default'), plan)
  })
})
