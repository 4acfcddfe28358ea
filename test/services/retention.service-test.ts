import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { sql } from 'kysely'
import { Keeper } from '../../src/retention/keeper.ts'
import type { RetentionPolicy } from '../../src/retention/policy.ts'
import { openDatabase, type StoreDatabase } from '../../src/store/database.ts'
import { policyOf } from '../retention/policies.ts'
import { eventRow } from '../store/suites/event-rows.ts'
import { startPostgres } from './postgres.ts'

const server = await startPostgres()
const folder = await mkdtemp(join(tmpdir(), 'sightline-'))
after(async () => {
  if (server.missing === false) await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const day = 86_400_000
const nowMs = Date.UTC(2026, 10, 15)

async function open(): Promise<StoreDatabase> {
  if (server.missing !== false) throw new Error(server.missing)
  return await openDatabase({ url: await server.database() })
}

/** One event a day for the last `days`. */
async function fill(database: StoreDatabase, days: number, detail = '{}'): Promise<void> {
  const rows = Array.from({ length: days }, (_, n) => eventRow(n, { at_ms: nowMs - n * day - 1, detail }))
  await database.sql.transaction().execute(transaction => database.insertNew(transaction, 'events', rows))
}

async function keep(database: StoreDatabase, policy: RetentionPolicy): Promise<void> {
  await using keeper = await Keeper.open({
    database,
    policy,
    media: { release: async () => ({ bytes: 0 }) },
    folders: {},
    clockFile: join(folder, `${performance.now()}.json`),
    log: { info() {}, warn() {} },
    clocks: { wallMs: () => nowMs, monotonicMs: () => 0 }
  })
  await keeper.run()
}

async function partitions(database: StoreDatabase): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select relname as name from pg_inherits
    join pg_class on pg_class.oid = inhrelid where inhparent = 'events'::regclass order by relname`.execute(
    database.sql
  )
  return rows.map(({ name }) => name).filter(name => /_2026_/.test(name))
}

async function oldest(database: StoreDatabase) {
  const { rows } = await sql<{
    ms: number
    rows: number
  }>`select min(at_ms) as ms, count(*) as rows from events`.execute(database.sql)
  return rows[0]!
}

describe('retention on PostgreSQL', { skip: server.missing }, () => {
  test('G1 months that are due as a whole are dropped, what is due of the others is deleted', async () => {
    await using database = await open()
    await fill(database, 200)
    await keep(database, policyOf({ kinds: { events: { keepMs: 60 * day } } }))
    const { ms, rows } = await oldest(database)
    deepStrictEqual([rows, ms], [60, nowMs - 59 * day - 1])
    strictEqual(
      (await partitions(database)).find(name => name < 'events_2026_09'),
      undefined
    )
    const audit = await database.sql.selectFrom('audit').select('subject').distinct().execute()
    ok(audit.length > 0)
  })

  test('G2 a store over its budget loses its oldest month, and never the month that is written to', async () => {
    await using database = await open()
    await fill(database, 200)
    await keep(database, policyOf({ budgets: { store: 1 } }))
    strictEqual((await oldest(database)).ms, nowMs - 13 * day - 1)
    deepStrictEqual((await partitions(database)).at(0), 'events_2026_11')
  })

  test('G3 what is within its limits stays', async () => {
    await using database = await open()
    await fill(database, 200)
    await keep(database, policyOf({ kinds: { events: { keepMs: 400 * day } }, budgets: { store: 1e12 } }))
    strictEqual((await oldest(database)).rows, 200)
  })
})
