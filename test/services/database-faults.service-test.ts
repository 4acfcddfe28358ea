import { deepStrictEqual, doesNotMatch, match, ok, rejects, strictEqual } from 'node:assert/strict'
import { after, describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import { sql } from 'kysely'
import type { SightlineError } from '../../src/core/errors.ts'
import { openDatabase, type StoreDatabase } from '../../src/store/database.ts'
import type { PostgresOptions } from '../../src/store/postgres/postgres-pool.ts'
import { eventRows } from '../store/suites/event-rows.ts'
import { inTime } from '../support/in-time.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'

// What becomes of the store when its PostgreSQL is killed, stalls, or refuses.

const started = await startPostgres({ fsync: true })
after(async () => {
  if (started.missing === false) await started[Symbol.asyncDispose]()
})

describe('PostgreSQL in trouble', { skip: started.missing }, () => {
  const server = started as PostgresServer
  const open = async (t: TestContext, options: Partial<PostgresOptions> = {}): Promise<StoreDatabase> => {
    const store = await openDatabase({ url: await server.database(), connections: 2, ...options })
    t.after(() => store[Symbol.asyncDispose]())
    return store
  }
  /** With limits that a machine which stands still for a moment breaks; and the same store without them. */
  const openTight = async (t: TestContext, options: Partial<PostgresOptions>) => {
    const url = await server.database()
    const opened = async (more: Partial<PostgresOptions> = {}) => {
      const store = await openDatabase({ url, connections: 2, ...more })
      t.after(() => store[Symbol.asyncDispose]())
      return store
    }
    const roomy = await opened()
    const tight = () => opened(options).catch((error: SightlineError) => void ok(error.retryable, inspect(error)))
    const store = (await measuredAgain(tight, opening => opening !== undefined)).at(-1)
    ok(store, 'it opened')
    return { roomy, store }
  }
  const count = async (store: StoreDatabase) => (await store.sql.selectFrom('events').select('id').execute()).length
  const add = (store: StoreDatabase, first: number) =>
    store.sql.transaction().execute(transaction => store.insertNew(transaction, 'events', eventRows(100, first)))

  test('P1 killed in the middle of a transaction: retryable, undone whole, what was committed is there', async t => {
    const store = await open(t)
    strictEqual(await add(store, 1), 100)
    const broken = store.sql.transaction().execute(async transaction => {
      await store.insertNew(transaction, 'events', eventRows(100, 101))
      await server.kill()
      await store.insertNew(transaction, 'events', eventRows(100, 201))
    })
    await rejects(broken, { code: 'SL_STORE_UNAVAILABLE', retryable: true })
    await rejects(add(store, 101), { code: 'SL_STORE_UNAVAILABLE', retryable: true })
    await server.restart()
    strictEqual(await count(store), 100)
    strictEqual(await add(store, 51), 50)
  })

  test('P2 a server that answers nothing is given up in time, and found again when it does', async t => {
    const { roomy, store } = await openTight(t, { limitMs: 300, graceMs: 200, connectMs: 500 })
    strictEqual(await add(roomy, 1), 100)
    const foundAgain = async () => {
      // So that there is a connection that stalls.
      await measuredAgain(
        () => count(store).catch(() => undefined),
        counted => counted === 100
      )
      server.stall()
      try {
        const asked = [add(store, 101), count(store), count(store), add(store, 201)]
        const outcomes = await inTime('it is given up', Promise.allSettled(asked))
        deepStrictEqual(
          outcomes.map(outcome => outcome.status === 'rejected' && outcome.reason.code),
          Array(4).fill('SL_STORE_UNAVAILABLE')
        )
      } finally {
        server.resume()
      }
      return count(store).catch((error: SightlineError) => inspect(error))
    }
    // Where the machine stands still, a count takes longer than is allowed here.
    strictEqual((await measuredAgain(foundAgain, counted => counted === 100)).at(-1), 100)
    strictEqual(await count(roomy), 100)
    strictEqual(await add(roomy, 101), 100)
  })

  test('P3 a connection that the server ended is replaced', async t => {
    const store = await open(t, { connections: 1 })
    await add(store, 1)
    const ended = sql`select pg_terminate_backend(pg_backend_pid())`.execute(store.sql)
    await rejects(ended, { code: 'SL_STORE_UNAVAILABLE', retryable: true })
    strictEqual(await count(store), 100)
  })

  test('P4 a query that takes too long is ended, and the connection goes on', async t => {
    const { store } = await openTight(t, { connections: 1, limitMs: 200 })
    const pid = async () => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(store.sql)).rows[0]!.pid
    const look = async () => {
      const before = await pid().catch(inspect)
      const ending = sql`select pg_sleep(10)`.execute(store.sql)
      const { code, retryable } = await ending.then(
        () => ({}) as SightlineError,
        (error: SightlineError) => error
      )
      return { before, code, retryable, after: await pid().catch(inspect) }
    }
    const goesOn = ({ before, code, after }: Awaited<ReturnType<typeof look>>) =>
      code === 'SL_STORE_TIMEOUT' && typeof before === 'number' && before === after
    const last = (await measuredAgain(look, goesOn)).at(-1)!
    ok(goesOn(last), inspect(last))
    strictEqual(last.retryable, false)
  })

  test('P5 what is read for a backup may take longer', async t => {
    const { store } = await openTight(t, { limitMs: 100 })
    const { rows } = await store.reading(snapshot =>
      sql<{ n: number }>`select 1 as n from pg_sleep(0.3)`.execute(snapshot)
    )
    deepStrictEqual(rows, [{ n: 1 }])
  })

  test('P6 the password is in no error, whatever goes wrong', async t => {
    const url = await server.database()
    const urls = [
      url.replace(`:${server.port}/`, ':1/'),
      url.replace('sightline:', 'somebody:'),
      `${url}_missing`,
      url.replace('postgres://', 'postgres//'),
      url.replace('127.0.0.1', 'no-such-host.invalid'),
      url.replace(server.password, `${server.password}@/#`)
    ]
    for (const each of urls) {
      const error = await openDatabase({ url: each }).then(
        () => undefined,
        (reason: SightlineError) => reason
      )
      ok(error, `opened ${each}`)
      match(error.code, /^SL_(STORE_UNAVAILABLE|OPTION_INVALID)$/)
      doesNotMatch(inspect(error, { depth: 9, showHidden: true }), new RegExp(server.password))
    }
    t.diagnostic(`${urls.length} kinds of failure`)
  })

  test('P7 two transactions that wait for each other: one is told to try again', async t => {
    const store = await open(t)
    await store.sql
      .insertInto('epochs')
      .values(['a', 'b'].map(stream => ({ stream, epoch: 1 })))
      .execute()
    const both = Promise.withResolvers<void>()
    let first = 0
    const crossing = (streams: readonly string[]) =>
      store.sql.transaction().execute(async transaction => {
        for (const stream of streams) {
          await transaction.updateTable('epochs').set({ epoch: 2 }).where('stream', '=', stream).execute()
          if (++first === 2) both.resolve()
          await both.promise
        }
      })
    const outcomes = await Promise.allSettled([crossing(['a', 'b']), crossing(['b', 'a'])])
    const reasons = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []))
    deepStrictEqual(
      reasons.map(({ code, retryable }) => ({ code, retryable })),
      [{ code: 'SL_STORE_UNAVAILABLE', retryable: true }]
    )
  })

  test('P8 kills while rows are added lose nothing that was committed, and double nothing', async t => {
    const store = await open(t)
    const kills = 3
    let committed = 0
    let killed = 0
    let isOver = false
    const adding = (async () => {
      while (!isOver) {
        const rows = await add(store, committed + 1).catch((error: SightlineError) => {
          ok(error.retryable, inspect(error))
          return pause(20, undefined)
        })
        // What was kept although the answer was lost is passed over when it comes again.
        if (rows !== undefined) committed += 100
        if (rows !== undefined && killed === kills) return
      }
    })()
    try {
      for (; killed < kills; killed++) {
        const reached = committed
        while (committed < reached + 300) await pause(5)
        await server.kill()
        await server.restart()
      }
    } catch (error) {
      isOver = true
      throw error
    }
    await adding
    strictEqual(await count(store), committed)
  })
})
