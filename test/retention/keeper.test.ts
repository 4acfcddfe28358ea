import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import timers from 'node:timers/promises'
import { sql } from 'kysely'
import { Keeper, type KeeperOptions } from '../../src/retention/keeper.ts'
import { Assets } from '../../src/store/assets.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase, type StoreDatabase } from '../../src/store/database.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { policyOf } from './policies.ts'

const hour = 3_600_000
const day = 24 * hour
const nowMs = 1_763_000_000_000

interface Kept {
  readonly path: string
  readonly database: StoreDatabase
  readonly assets: Assets
  readonly machine: { wall: number; monotonic: number; totalBytes: number; freeBytes: number }
  keeper(options: Partial<KeeperOptions>): Promise<Keeper>
}

/** A store and blobs of one test; the machine's clocks and disk are moved by hand. */
async function kept(t: TestContext): Promise<Kept> {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'store.sqlite')
  const database = await openDatabase({ file })
  const blobs = await openDiskBlobs({ folder: join(folder.path, 'blobs'), secrets: join(folder.path, 'secrets') })
  const assets = new Assets(database, blobs)
  const machine = { wall: nowMs, monotonic: 0, totalBytes: 1000, freeBytes: 900 }
  t.after(async () => {
    await blobs[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  return {
    path: folder.path,
    database,
    assets,
    machine,
    keeper: options =>
      Keeper.open({
        database,
        media: assets,
        policy: policyOf({}),
        folders: { store: folder.path, media: folder.path },
        clockFile: join(folder.path, 'local', 'retention.json'),
        log: { info() {}, warn() {} },
        clocks: { wallMs: () => machine.wall, monotonicMs: () => machine.monotonic },
        systems: { look: async () => ({ id: 'disk', ...machine }) },
        ...options
      })
  }
}

const eventRow = (stream: string, n: number, at_ms: number) => ({
  id: `${stream}/1/${n}`,
  stream,
  epoch: 1,
  kind: 'line-crossed',
  measure: 'line.door',
  track_id: n,
  label: 'person',
  at_ms,
  pts_ms: 0,
  frame: 0,
  detail: JSON.stringify({ more: 'x'.repeat(200) })
})

/** `count` events, one each minute, the last a minute before now. */
async function addEvents({ database }: Kept, stream: string, count: number, agoMs = 0): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => eventRow(stream, n, nowMs - agoMs - (count - n) * 60_000))
  await database.sql.transaction().execute(transaction => database.insertNew(transaction, 'events', rows))
}

async function eventCounts({ database }: Kept): Promise<Record<string, number>> {
  const rows = await database.sql
    .selectFrom('events')
    .select(['stream', ({ fn }) => fn.countAll<number>().as('rows')])
    .groupBy('stream')
    .orderBy('stream')
    .execute()
  return Object.fromEntries(rows.map(({ stream, rows }) => [stream, Number(rows)]))
}

test('K1 what is too old goes, what is younger stays, and every bite is a line of the audit', async t => {
  const store = await kept(t)
  await addEvents(store, 'door', 1000)
  await using keeper = await store.keeper({ policy: policyOf({ kinds: { events: { keepMs: 300 * 60_000 } } }) })
  await keeper.run()
  deepStrictEqual(await eventCounts(store), { door: 300 })
  const [count] = keeper.removed()
  deepStrictEqual([count?.kind, count?.stream, count?.rows], ['events', 'door', 700])
  const audit = await store.database.sql.selectFrom('audit').selectAll().execute()
  ok(audit.length >= 1 && audit.length < 20)
  strictEqual(
    audit.reduce((sum, { detail }) => sum + JSON.parse(detail).rows, 0),
    700
  )
  deepStrictEqual([audit[0]?.actor, audit[0]?.subject], ['retention', 'events/door'])
})

test('K13 counts by minute and by hour go by ages of their own', async t => {
  const store = await kept(t)
  const { database } = store
  const tables = ['event_minutes', 'event_hours'] as const
  const key = { stream: 'door', epoch: 1, kind: 'line-crossed', measure: 'line.door', label: 'person', direction: 'in' }
  const rows = [3 * day, 9 * day].map(agoMs => ({ ...key, from_ms: nowMs - agoMs, events: 1 }))
  for (const table of tables)
    await database.sql.transaction().execute(transaction => database.insertNew(transaction, table, rows))
  await using keeper = await store.keeper({
    policy: policyOf({ kinds: { counts: { keepMs: 2 * day }, hourlyCounts: { keepMs: 5 * day } } })
  })
  await keeper.run()
  const left = async (table: (typeof tables)[number]) =>
    (await database.sql.selectFrom(table).select('from_ms').execute()).map(({ from_ms }) => nowMs - from_ms)
  deepStrictEqual(await Promise.all(tables.map(left)), [[], [3 * day]])
})

test('K2 each stream has its own age, and each kind', async t => {
  const store = await kept(t)
  for (const stream of ['door', 'gate']) await addEvents(store, stream, 100)
  const minutes = [1, 2, 3].map(n => ({
    stream: 'door',
    epoch: 1,
    measure: 'zone.hall',
    name: 'occupancy',
    minute_ms: nowMs - n * day,
    count: 1,
    sum: 1,
    min: 1,
    max: 1
  }))
  await store.database.sql.insertInto('measure_samples').values(minutes).execute()
  const policy = policyOf({
    kinds: { events: { keepMs: 50 * 60_000 }, samples: { keepMs: 1.5 * day } },
    streams: { gate: { events: { keepMs: 10 * 60_000 } } }
  })
  await using keeper = await store.keeper({ policy })
  await keeper.run()
  deepStrictEqual(await eventCounts(store), { door: 50, gate: 10 })
  strictEqual((await store.database.sql.selectFrom('measure_samples').select('name').execute()).length, 1)
})

test('K3 a store over its budget loses its oldest, ends within a bite of it, and gives the room back to the disk', async t => {
  const store = await kept(t)
  const { database } = store
  for (const [index, stream] of ['a', 'b'].entries()) await addEvents(store, stream, 20_000, index * 30_000)
  await sql`pragma wal_checkpoint(truncate)`.execute(database.sql)
  const before = (await stat(join(store.path, 'store.sqlite'))).size
  const budget = Math.round(before / 2)
  store.machine.freeBytes = 100 // The disk is nearly full, so that what is spare is given back at once.
  await using keeper = await store.keeper({ policy: policyOf({ budgets: { store: budget }, untouchedMs: 100 * day }) })
  await keeper.run(30_000)
  await sql`pragma wal_checkpoint(truncate)`.execute(database.sql)
  const { size } = await stat(join(store.path, 'store.sqlite'))
  ok(size <= budget * 1.02, `${size} of ${budget}`)
  const counts = await eventCounts(store)
  ok(counts.a! > 7000 && Math.abs(counts.a! - counts.b!) < 120, JSON.stringify(counts))
})

test('K4 a snapshot that is too old goes with its bytes, and its track shows none any more', async t => {
  const store = await kept(t)
  const { database, assets } = store
  const keep = (n: number) =>
    assets.keep(Buffer.from(`picture ${n}`), {
      kind: 'snapshot',
      owner: `track/door/1/${n}`,
      name: 'best',
      stream: 'door'
    })
  const [old, young] = [await keep(1), await keep(2)]
  await sql`update asset_references set created_ms = ${nowMs - 10 * day} where owner = 'track/door/1/1'`.execute(
    database.sql
  )
  await sql`update asset_references set created_ms = ${nowMs} where owner = 'track/door/1/2'`.execute(database.sql)
  const track = { stream: 'door', epoch: 1, label: 'p', score: 1, detections: 1, started_ms: nowMs, ended_ms: nowMs }
  const box = { min_x: 0, min_y: 0, max_x: 1, max_y: 1, detail: '{}' }
  for (const [id, { digest }] of [old, young].entries()) {
    await database.sql
      .insertInto('tracks')
      .values({ ...track, ...box, track_id: id + 1, snapshot: digest })
      .execute()
  }
  await using keeper = await store.keeper({ policy: policyOf({ kinds: { snapshots: { keepMs: day } } }) })
  await keeper.run()
  deepStrictEqual(
    [await assets.blobs.size(old.digest), await assets.blobs.size(young.digest)],
    [undefined, young.bytes]
  )
  const shown = await database.sql.selectFrom('tracks').select('snapshot').orderBy('track_id').execute()
  deepStrictEqual(
    shown.map(({ snapshot }) => snapshot),
    [null, young.digest]
  )
})

test('K5 a media budget takes the oldest contents first and stops with the one that gave enough', async t => {
  const store = await kept(t)
  const { database, assets } = store
  for (let n = 0; n < 10; n++) {
    const reference = { kind: 'clip', owner: `clip/${n}`, name: 'clip', stream: `s${n % 2}` } as const
    await assets.keep(Buffer.alloc(1000, n), reference)
    await sql`update asset_references set created_ms = ${nowMs - (20 - n) * hour} where owner = ${`clip/${n}`}`.execute(
      database.sql
    )
  }
  await using keeper = await store.keeper({ policy: policyOf({ budgets: { media: 6500 } }) })
  await keeper.run()
  const left = await database.sql.selectFrom('asset_references').select('owner').orderBy('created_ms').execute()
  deepStrictEqual(
    left.map(({ owner }) => owner),
    ['clip/4', 'clip/5', 'clip/6', 'clip/7', 'clip/8', 'clip/9']
  )
})

test('K6 a full disk stops clips, then uploads, and both go on by themselves', async t => {
  const store = await kept(t)
  await using keeper = await store.keeper({})
  const at = async (freeBytes: number) => {
    store.machine.freeBytes = freeBytes
    await keeper.run()
    return [keeper.mayKeepClips(), keeper.mayTakeUploads(), keeper.problems().map(({ code }) => code)]
  }
  deepStrictEqual(await at(100), [true, true, []])
  deepStrictEqual(await at(70), [false, true, ['SL_STORAGE_LOW']])
  deepStrictEqual(await at(20), [false, false, ['SL_STORAGE_LOW']])
  deepStrictEqual(await at(300), [true, true, []])
})

test('K7 a clock set a day forward deletes nothing early; set back an hour it deletes no later than that', async t => {
  const store = await kept(t)
  await addEvents(store, 'door', 60)
  await using keeper = await store.keeper({ policy: policyOf({ kinds: { events: { keepMs: hour } } }) })
  store.machine.wall += day
  await keeper.run()
  deepStrictEqual(await eventCounts(store), { door: 60 })
  store.machine.wall -= day + hour
  await keeper.run()
  deepStrictEqual(await eventCounts(store), { door: 60 })
  store.machine.wall += 1.5 * hour
  store.machine.monotonic += 1.5 * hour
  await keeper.run()
  ok((await eventCounts(store)).door! <= 31)
})

test('K8 a restart goes on with the time it had', async t => {
  const store = await kept(t)
  await addEvents(store, 'door', 60)
  const options = { policy: policyOf({ kinds: { events: { keepMs: hour } } }) }
  const first = await store.keeper(options)
  await first.run()
  await first[Symbol.asyncDispose]()
  store.machine.wall += 30 * day
  await using second = await store.keeper(options)
  await second.run()
  deepStrictEqual(await eventCounts(store), { door: 60 })
})

test('K9 a recording that was filmed long ago is as old as its arrival', async t => {
  const store = await kept(t)
  await addEvents(store, 'match', 60, 700 * day)
  const recording = { id: 'r', stream: 'match', epoch: 1, title: '', facts: '{}', started_ms: nowMs - 701 * day }
  await store.database.sql
    .insertInto('recordings')
    .values({ ...recording, created_ms: nowMs - day })
    .execute()
  await using keeper = await store.keeper({ policy: policyOf({ kinds: { events: { keepMs: 30 * day } } }) })
  await keeper.run()
  deepStrictEqual(await eventCounts(store), { match: 60 })
})

test('K10 a finished job goes with its report; what has not ended stays', async t => {
  const store = await kept(t)
  const { database, assets } = store
  const job = {
    kind: 'analyze',
    priority: 0,
    input: '',
    options: '{}',
    stream: 's',
    epoch: 1,
    attempt: 1,
    max_attempts: 1
  }
  const more = { due_ms: 0, cancel_asked: 0, progress: 1, progress_text: '', created_ms: 0 }
  const jobs = [
    { id: 'old', state: 'done', ended_ms: nowMs - 10 * day },
    { id: 'new', state: 'done', ended_ms: nowMs },
    { id: 'waiting', state: 'queued', ended_ms: null }
  ] as const
  await database.sql
    .insertInto('jobs')
    .values(jobs.map(own => ({ ...job, ...more, ...own })))
    .execute()
  const reportOf = (job: string) =>
    assets.keep(Buffer.from(`report of ${job}`), { kind: 'report', owner: `job/${job}`, name: 'summary.json' })
  const { digest } = await reportOf('old')
  const others = [await reportOf('new'), await reportOf('waiting')]
  await using keeper = await store.keeper({ policy: policyOf({ kinds: { jobs: { keepMs: day } } }) })
  await keeper.run()
  const left = await database.sql.selectFrom('jobs').select('id').orderBy('id').execute()
  deepStrictEqual(
    left.map(({ id }) => id),
    ['new', 'waiting']
  )
  strictEqual(await assets.blobs.size(digest), undefined)
  for (const { digest: other, bytes } of others) strictEqual(await assets.blobs.size(other), bytes)
})

test('K11 a budget that cannot be met is a problem that says so, until it is met', async t => {
  const store = await kept(t)
  let logBytes = 2000
  await using keeper = await store.keeper({ policy: policyOf({ budgets: { log: 1000 } }), logBytes: () => logBytes })
  await keeper.run()
  deepStrictEqual(
    keeper.problems().map(({ part, code }) => [part, code]),
    [['log', 'SL_STORAGE_BUDGET']]
  )
  logBytes = 500
  await keeper.run()
  deepStrictEqual(keeper.problems(), [])
})

test('K12 writers go on while much is removed', async t => {
  const store = await kept(t)
  await using keeper = await store.keeper({ policy: policyOf({ kinds: { events: { keepMs: hour } } }) })
  let writes = 0
  const longestWait = async () => {
    await addEvents(store, 'door', 30_000)
    let running = true
    const removing = keeper.run(300_000).finally(() => {
      running = false
    })
    const waits: number[] = []
    while (running) {
      const beganMs = performance.now()
      await store.database.sql
        .insertInto('epochs')
        .values({ stream: `s${writes++}`, epoch: 1 })
        .execute()
      waits.push(performance.now() - beganMs)
    }
    await removing
    deepStrictEqual(await eventCounts(store), { door: 60 })
    t.diagnostic(`${waits.length} writes meanwhile, the slowest took ${Math.max(...waits).toFixed(0)} ms`)
    return Math.max(...waits)
  }
  // A machine that is busy keeps a writer waiting now and then; who removes too much at once does so each time.
  const longest = [await longestWait()]
  while (longest.length < 5 && longest.at(-1)! >= 2000) longest.push(await longestWait())
  ok(longest.at(-1)! < 2000, `${longest} ms`)
})

test('K20 unless told otherwise it looks every ten seconds', { timeout: 60_000 }, async t => {
  const { keeper } = await kept(t)
  let looks = 0
  await using keeping = await keeper({ logBytes: () => ++looks })
  const waits: number[] = []
  t.mock.method(performance, 'now', () => 0)
  const { mock } = t.mock.method(
    timers,
    'setTimeout',
    (ms: number, _: unknown, { signal }: { signal: AbortSignal }) => {
      waits.push(ms)
      return waits.length < 2 ? Promise.resolve() : once(signal, 'abort')
    }
  )
  syncBuiltinESMExports()
  keeping.start()
  while (waits.length < 2) await new Promise(setImmediate)
  mock.restore()
  syncBuiltinESMExports()
  deepStrictEqual([looks, waits], [2, [10_000, 10_000]])
})
