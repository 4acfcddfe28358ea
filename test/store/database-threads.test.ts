import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase, type StoreDatabase } from '../../src/store/database.ts'
import type { OpenSqliteOptions } from '../../src/store/sqlite/open-sqlite.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { eventRow, eventRows } from './suites/event-rows.ts'

// What only the embedded store has: threads. What it shares with PostgreSQL is in suites/.

/** Computes for about `millions` tenths of a second before its only row. */
const slow = (millions: number) =>
  sql<{
    n: number
  }>`with recursive c(n) as (select 1 union all select n + 1 from c where n < ${millions * 1e6}) select count(*) as n from c`

async function openStore(t: TestContext, options: Partial<OpenSqliteOptions> = {}): Promise<StoreDatabase> {
  const folder = await temporaryFolder()
  const store = await openDatabase({ file: join(folder.path, 'store', 'store.sqlite'), ...options })
  t.after(async () => {
    await store[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  return store
}

test('T1 while a question takes long, others are answered, rows are written and timers run', {
  timeout: 300_000
}, async t => {
  const store = await openStore(t, { limitMs: 600_000 })
  const isFirst = async (millions: number) => {
    const stream = `door${millions}`
    let over = false
    const long = slow(millions)
      .execute(store.sql)
      .finally(() => (over = true))
    await store.sql.insertInto('epochs').values({ stream, epoch: 1 }).execute()
    const [row] = await store.sql.selectFrom('epochs').selectAll().where('stream', '=', stream).execute()
    deepStrictEqual(row, { stream, epoch: 1 })
    const answeredFirst = !over
    strictEqual((await long).rows[0]?.n, millions * 1e6)
    return answeredFirst
  }
  // A machine that stands still for a moment may miss the end of one question, and not of one that takes much longer.
  ok((await isFirst(3)) || (await isFirst(10)) || (await isFirst(30)) || (await isFirst(40)))
})

test('T2 a question that takes too long is given up, and the next is answered', { timeout: 120_000 }, async t => {
  const store = await openStore(t, { readers: 1, limitMs: 1000 })
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const refused = rejects(slow(12).execute(store.sql), { code: 'SL_STORE_TIMEOUT', retryable: false })
  // Its time counts from when a thread has it.
  for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate)
  t.mock.timers.tick(1000)
  await refused
  deepStrictEqual(await store.sql.selectFrom('epochs').selectAll().execute(), [])
})

test('T11 a question that nobody waits for any more holds up nobody', { timeout: 120_000 }, async t => {
  const store = await openStore(t, { readers: 1, limitMs: 600_000 })
  const long = slow(15)
  const took = async (work: () => Promise<unknown>) => {
    const fromMs = performance.now()
    await work()
    return performance.now() - fromMs
  }
  const wholeMs = await took(() => long.execute(store.sql))
  const given = { inflightQueryAbortStrategy: 'cancel query' } as const
  const looks = await measuredAgain(
    async () => {
      const asked = store.sql.executeQuery(long.compile(store.sql), { signal: AbortSignal.timeout(50), ...given })
      await rejects(asked, { name: 'TimeoutError' })
      return took(() => store.sql.selectFrom('epochs').selectAll().execute())
    },
    ms => ms < wholeMs / 2
  )
  ok(looks.at(-1)! < wholeMs / 2, `${looks.map(Math.round)} of ${Math.round(wholeMs)} ms`)
})

test('T3 what is read for a backup may take longer than a question', async t => {
  const store = await openStore(t, { limitMs: 50 })
  const rows = await store.reading(snapshot => slow(2).execute(snapshot))
  strictEqual(rows.rows[0]?.n, 2e6)
})

test('T4 a transaction in which nothing is asked is undone, so that others can write', async t => {
  const store = await openStore(t, { idleMs: 100 })
  const forgotten = await store.sql.startTransaction().execute()
  await forgotten.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
  await store.sql.insertInto('epochs').values({ stream: 'hall', epoch: 1 }).execute()
  deepStrictEqual(await store.sql.selectFrom('epochs').selectAll().execute(), [{ stream: 'hall', epoch: 1 }])
  await rejects(forgotten.commit().execute(), { code: 'SL_STORE_UNAVAILABLE', retryable: true })
})

test('T5 whoever waits too long for the writer is told so', async t => {
  const store = await openStore(t, { limitMs: 100 })
  const open = await store.sql.startTransaction().execute()
  await rejects(store.sql.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute(), {
    code: 'SL_STORE_UNAVAILABLE',
    retryable: true
  })
  await open.rollback().execute()
  await store.sql.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
})

test('T6 a big answer comes in parts, and leaves the program time for others', async t => {
  const store = await openStore(t)
  await store.sql.transaction().execute(transaction => store.insertNew(transaction, 'events', eventRows(20_000)))
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  const rows = await store.sql.selectFrom('events').selectAll().orderBy('n').execute()
  clearInterval(timer)
  strictEqual(rows.length, 20_000)
  strictEqual(rows.at(-1)?.id, eventRow(20_000).id)
  ok(turns > 3, `${turns} turns`)
})

test('T7 after a failed query a transaction can only be rolled back, as in PostgreSQL', async t => {
  const store = await openStore(t)
  const transaction = await store.sql.startTransaction().execute()
  await transaction.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
  const again = () => transaction.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
  await rejects(again(), { code: 'SL_STORE_REFUSED' })
  await rejects(transaction.selectFrom('epochs').selectAll().execute(), { code: 'SL_INTERNAL' })
  await rejects(transaction.commit().execute(), { code: 'SL_INTERNAL' })
  await transaction.rollback().execute()
  deepStrictEqual(await store.sql.selectFrom('epochs').selectAll().execute(), [])
})

test('T8 every commit is written through to the disk', async t => {
  const store = await openStore(t)
  const { rows } = await store.sql
    .transaction()
    .execute(transaction =>
      sql`select * from pragma_synchronous, pragma_journal_mode, pragma_foreign_keys`.execute(transaction)
    )
  deepStrictEqual(rows, [{ synchronous: 2, journal_mode: 'wal', foreign_keys: 1 }])
})

test('T9 a file that is no database is refused', async t => {
  const folder = await temporaryFolder()
  t.after(() => folder[Symbol.asyncDispose]())
  const file = join(folder.path, 'store.sqlite')
  writeFileSync(file, 'no database at all, but long enough to have a header in it'.repeat(100))
  await rejects(openDatabase({ file }), { code: 'SL_STORE_DAMAGED' })
})

test('T10 what is asked after the end is refused', async t => {
  const store = await openStore(t)
  await store[Symbol.asyncDispose]()
  await rejects(store.sql.selectFrom('epochs').selectAll().execute())
})
