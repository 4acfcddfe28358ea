import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { eventRow, eventRows, noonMs } from './event-rows.ts'
import type { OpenStore } from './open-store.ts'

/** What every database of the store has to do, whichever it is. */
export function databaseSuite(open: OpenStore): void {
  test('D1 what a transaction wrote is there when it is over', async t => {
    const store = await open(t)
    await store.sql.transaction().execute(async transaction => {
      await transaction.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
      await transaction.updateTable('epochs').set({ epoch: 2 }).where('stream', '=', 'door').execute()
    })
    deepStrictEqual(await store.sql.selectFrom('epochs').selectAll().execute(), [{ stream: 'door', epoch: 2 }])
  })

  test('D2 of a transaction that failed nothing is left', async t => {
    const store = await open(t)
    const failing = store.sql.transaction().execute(async transaction => {
      await transaction.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
      throw new Error('changed my mind')
    })
    await rejects(failing, /changed my mind/)
    deepStrictEqual(await store.sql.selectFrom('epochs').selectAll().execute(), [])
  })

  test('D3 a transaction sees what it wrote, and nobody else does before it is over', async t => {
    const store = await open(t)
    await store.sql.transaction().execute(async transaction => {
      await transaction.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
      strictEqual((await transaction.selectFrom('epochs').selectAll().execute()).length, 1)
      strictEqual((await store.sql.selectFrom('epochs').selectAll().execute()).length, 0)
    })
  })

  test('D4 insertNew adds the rows whose key is new, and says how many', async t => {
    const store = await open(t)
    const insert = (rows: ReturnType<typeof eventRows>) =>
      store.sql.transaction().execute(transaction => store.insertNew(transaction, 'events', rows))
    strictEqual(await insert(eventRows(100)), 100)
    strictEqual(await insert(eventRows(100, 51)), 50)
    strictEqual(await insert(eventRows(100, 51)), 0)
    strictEqual(await insert([]), 0)
    const stored = await store.sql.selectFrom('events').select(['id', 'at_ms']).orderBy('at_ms').execute()
    deepStrictEqual(
      stored,
      eventRows(150).map(({ id, at_ms }) => ({ id, at_ms }))
    )
  })

  test('D5 rows that insertNew was given twice in one transaction are there once', async t => {
    const store = await open(t)
    const added = await store.sql.transaction().execute(async transaction => {
      const first = await store.insertNew(transaction, 'events', eventRows(10))
      return first + (await store.insertNew(transaction, 'events', [...eventRows(10), eventRow(10), eventRow(11)]))
    })
    strictEqual(added, 11)
  })

  test('D6 numbers, texts and bytes come back as they were', async t => {
    const store = await open(t)
    const texts = [
      '',
      "O'Brien",
      'a\tb\nc\rd\\e\\.',
      '\\N',
      'čtvrtek, 木曜日, 👋🏽, \u202e',
      '{"a":[1,2]}',
      'x'.repeat(300_000)
    ]
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index)
    const numbers = [0, -1, 1e-9, 0.1, 1 / 3, Number.MAX_SAFE_INTEGER, 1e300, -1e-300]
    const time = Number.MAX_SAFE_INTEGER
    const samples = numbers.map((sum, index) => ({
      stream: 'door',
      epoch: 1,
      measure: 'zone.hall',
      name: texts[index % texts.length]!.slice(0, 100),
      minute_ms: noonMs + index * 60_000,
      count: 2 ** 31 - 1,
      sum,
      min: sum,
      max: sum
    }))
    const chunk = {
      stream: 'door',
      epoch: 1,
      chunk: 1,
      from_ms: noonMs,
      to_ms: time,
      min_x: 0.1,
      min_y: 0,
      max_x: 1,
      max_y: 1,
      frames: 1,
      points: 1,
      checksum: 2 ** 32 - 1,
      bytes
    }
    await store.sql.transaction().execute(async transaction => {
      await store.insertNew(transaction, 'measure_samples', samples)
      await store.insertNew(transaction, 'trajectory_chunks', [chunk])
    })
    deepStrictEqual(await store.sql.selectFrom('measure_samples').selectAll().orderBy('minute_ms').execute(), samples)
    deepStrictEqual(await store.sql.selectFrom('trajectory_chunks').selectAll().execute(), [chunk])
    const settings = texts.map((value, index) => ({ key: `${index}`, value, changed_ms: index - 3 }))
    await store.sql.insertInto('settings').values(settings).execute()
    deepStrictEqual(await store.sql.selectFrom('settings').selectAll().orderBy('key').execute(), settings)
  })

  test('D7 a null comes back as null', async t => {
    const store = await open(t)
    const row = eventRow(1, { track_id: null, label: null })
    await store.sql.transaction().execute(transaction => store.insertNew(transaction, 'events', [row]))
    const columns = ['track_id', 'label'] as const
    deepStrictEqual(await store.sql.selectFrom('events').select(columns).execute(), [{ track_id: null, label: null }])
  })

  test('D8 a text with a NUL is refused, since PostgreSQL could not keep it', async t => {
    const store = await open(t)
    const setting = { key: 'a\0b', value: '1', changed_ms: 0 }
    await rejects(store.sql.insertInto('settings').values(setting).execute(), { code: 'SL_STORE_REFUSED' })
    const insert = store.sql
      .transaction()
      .execute(transaction => store.insertNew(transaction, 'events', [eventRow(1, { label: 'a\0b' })]))
    await rejects(insert, { code: 'SL_STORE_REFUSED' })
  })

  test('D9 counts, sums and averages are numbers', async t => {
    const store = await open(t)
    await store.sql.transaction().execute(transaction => store.insertNew(transaction, 'events', eventRows(4)))
    const row = await store.sql
      .selectFrom('events')
      .select(({ fn }) => [
        fn.countAll<number>().as('count'),
        fn.sum<number>('at_ms').as('sum'),
        fn.avg<number>('frame').as('mean'),
        fn.max('at_ms').as('last')
      ])
      .executeTakeFirst()
    deepStrictEqual(row, { count: 4, sum: 4 * noonMs + 1000, mean: 2.5, last: noonMs + 400 })
  })

  test('D10 texts are ordered byte by byte', async t => {
    const store = await open(t)
    const keys = ['b', 'a', 'B', 'ä', '_', 'A', '木', '👋', '1']
    await store.sql
      .insertInto('settings')
      .values(keys.map(key => ({ key, value: '', changed_ms: 0 })))
      .execute()
    const stored = await store.sql.selectFrom('settings').select('key').orderBy('key').execute()
    deepStrictEqual(
      stored.map(({ key }) => key),
      keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    )
  })

  test('D11 a key that exists is refused with a code that says trying again is of no use', async t => {
    const store = await open(t)
    const row = { stream: 'door', epoch: 1 }
    await store.sql.insertInto('epochs').values(row).execute()
    await rejects(store.sql.insertInto('epochs').values(row).execute(), { code: 'SL_STORE_REFUSED', retryable: false })
  })

  test('D12 a stream of rows gives all of them in order, a chunk at a time', async t => {
    const store = await open(t)
    await store.sql.transaction().execute(transaction => store.insertNew(transaction, 'events', eventRows(2500)))
    const frames: number[] = []
    for await (const { frame } of store.sql.selectFrom('events').select('frame').orderBy('at_ms').stream(100))
      frames.push(frame)
    deepStrictEqual(
      frames,
      eventRows(2500).map(({ frame }) => frame)
    )
  })

  test('D13 a stream that is left early leaves the database free', async t => {
    const store = await open(t)
    await store.sql.transaction().execute(transaction => store.insertNew(transaction, 'events', eventRows(2500)))
    for (let turn = 0; turn < 12; turn++)
      for await (const _ of store.sql.selectFrom('events').select('frame').stream(10)) break
    await store.sql.deleteFrom('events').execute()
    strictEqual((await store.sql.selectFrom('events').select('id').execute()).length, 0)
  })

  test('D14 a stream within a transaction sees what the transaction wrote', async t => {
    const store = await open(t)
    const frames: number[] = []
    await store.sql.transaction().execute(async transaction => {
      await store.insertNew(transaction, 'events', eventRows(30))
      for await (const { frame } of transaction.selectFrom('events').select('frame').orderBy('at_ms').stream(7))
        frames.push(frame)
      await transaction.deleteFrom('events').execute()
    })
    strictEqual(frames.length, 30)
  })

  test('D15 reading shows one moment, while writes go on', async t => {
    const store = await open(t)
    const count = (database: typeof store.sql) => database.selectFrom('epochs').selectAll().execute()
    await store.sql.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
    await store.reading(async snapshot => {
      strictEqual((await count(snapshot)).length, 1)
      await store.sql.insertInto('epochs').values({ stream: 'hall', epoch: 1 }).execute()
      strictEqual((await count(snapshot)).length, 1)
      strictEqual((await count(store.sql)).length, 2)
    })
  })

  test('D16 reading can write nothing', async t => {
    const store = await open(t)
    const writing = store.reading(snapshot => snapshot.insertInto('epochs').values({ stream: 'a', epoch: 1 }).execute())
    await rejects(writing)
    strictEqual((await store.sql.selectFrom('epochs').selectAll().execute()).length, 0)
  })

  test('D17 reads are answered while a transaction is open that has written much', async t => {
    const store = await open(t)
    await store.sql.transaction().execute(async transaction => {
      await store.insertNew(transaction, 'events', eventRows(5000))
      const reads = Array.from({ length: 8 }, () => store.sql.selectFrom('events').select('id').execute())
      for (const rows of await Promise.all(reads)) strictEqual(rows.length, 0)
    })
  })

  test('D18 fifty transactions at once come one after the other, and none is lost', async t => {
    const store = await open(t)
    await store.sql.insertInto('epochs').values({ stream: 'door', epoch: 0 }).execute()
    const next = () =>
      store.sql.transaction().execute(transaction =>
        transaction
          .updateTable('epochs')
          .set(({ eb }) => ({ epoch: eb('epoch', '+', 1) }))
          .execute()
      )
    await Promise.all(Array.from({ length: 50 }, next))
    deepStrictEqual(await store.sql.selectFrom('epochs').select('epoch').execute(), [{ epoch: 50 }])
  })

  test('D19 a key that refers to nothing is refused', async t => {
    const store = await open(t)
    const grant = { user_id: 'nobody', scope: 'stream', scope_id: 'door', role: 'viewer', created_ms: 0 } as const
    await rejects(store.sql.insertInto('grants').values(grant).execute(), { code: 'SL_STORE_REFUSED' })
  })

  test('D20 a query that makes no sense is a fault of the program, and the database goes on', async t => {
    const store = await open(t)
    await rejects(sql`select nothing from nowhere`.execute(store.sql), { code: 'SL_INTERNAL' })
    deepStrictEqual(await store.sql.selectFrom('epochs').selectAll().execute(), [])
  })

  test('D21 savepoints undo a part of a transaction', async t => {
    const store = await open(t)
    const transaction = await store.sql.startTransaction().execute()
    await transaction.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
    const saved = await transaction.savepoint('before').execute()
    await saved.insertInto('epochs').values({ stream: 'hall', epoch: 1 }).execute()
    await saved.rollbackToSavepoint('before').execute()
    await transaction.commit().execute()
    deepStrictEqual(await store.sql.selectFrom('epochs').selectAll().execute(), [{ stream: 'door', epoch: 1 }])
  })

  test('D22 rows of every time are kept: of the far past, of now, of the far future', async t => {
    const store = await open(t)
    const times = [-1e15, 0, noonMs, Date.UTC(2031, 5), Date.UTC(2031, 6), 4e15]
    const rows = times.map((at_ms, index) => eventRow(index, { at_ms }))
    const insert = () => store.sql.transaction().execute(transaction => store.insertNew(transaction, 'events', rows))
    strictEqual(await insert(), times.length)
    strictEqual(await insert(), 0)
    const stored = await store.sql.selectFrom('events').select('at_ms').orderBy('at_ms').execute()
    deepStrictEqual(
      stored.map(({ at_ms }) => at_ms),
      times
    )
  })

  test('D23 a question that nobody waits for any more is ended, and the next is answered', async t => {
    const store = await open(t)
    const endOf = async (steps: number) => {
      const long =
        sql`with recursive c(n) as (select 1 union all select n + 1 from c where n < ${sql.lit(steps)}) select max(n) from c`.compile(
          store.sql
        )
      const asked = store.sql.executeQuery(long, {
        signal: AbortSignal.timeout(100),
        inflightQueryAbortStrategy: 'cancel query'
      })
      return asked.then(
        () => 'an answer',
        ({ name }) => name
      )
    }
    let end = 'an answer'
    // A machine that stands still for longer than an answer takes hears it before the end of its patience.
    for (const steps of [4e6, 16e6, 64e6]) if (end === 'an answer') end = await endOf(steps)
    strictEqual(end, 'TimeoutError')
    deepStrictEqual(await store.sql.selectFrom('epochs').selectAll().execute(), [])
  })
}
