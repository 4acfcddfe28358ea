import { notStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { SqliteThread } from '../../src/store/sqlite/sqlite-thread.ts'
import { ThreadPool } from '../../src/store/sqlite/thread-pool.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function openPool(t: TestContext, restMs?: number): Promise<ThreadPool> {
  const folder = await temporaryFolder()
  const job = { file: join(folder.path, 'store.sqlite'), readOnly: false, cacheKib: 64 }
  const pool = new ThreadPool(2, () => new SqliteThread('pool', job, () => undefined), 1000, restMs)
  t.after(async () => {
    await pool[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  return pool
}

test('TP1 a thread that nobody wants for a while ends, and the next one who asks gets another', async t => {
  const pool = await openPool(t, 1)
  const first = await pool.borrow()
  pool.giveBack(first)
  await first.exited
  const second = await pool.borrow()
  notStrictEqual(second, first)
  ok((await second.ask({ type: 'run', sql: 'select 1 as one', parameters: [] })).rows)
  pool.giveBack(second)
})

test('TP2 a thread that is lent out when the others end goes on', async t => {
  const pool = await openPool(t, 1)
  const [kept, idle] = [await pool.borrow(), await pool.borrow()]
  pool.giveBack(idle)
  await idle.exited
  ok(kept.usable)
  pool.giveBack(kept)
})

test('TP3 threads of a pool that was told no time stay', async t => {
  const pool = await openPool(t)
  const first = await pool.borrow()
  pool.giveBack(first)
  strictEqual(await pool.borrow(), first)
  pool.giveBack(first)
})
