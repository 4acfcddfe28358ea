import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setInterval } from 'node:timers/promises'
import { sql } from 'kysely'
import { withPostgresSnapshot } from '../../src/store/backup/postgres-snapshot.ts'
import { beginRestore, endRestore } from '../../src/store/backup/restore-marker.ts'
import { openDatabase } from '../../src/store/database.ts'
import { history } from '../../src/store/migrations/history.ts'
import { backUp, backUpFile, restoreInto } from '../store/backup/backup-run.ts'
import { contentsOf, fillStore } from '../store/backup/full-store.ts'
import { startPostgres } from './postgres.ts'

const server = await startPostgres()
const folder = await mkdtemp(join(tmpdir(), 'sightline-'))
after(async () => {
  if (server.missing === false) await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** Fails to compile where the tests below run without a server. */
function database(): Promise<string> {
  if (server.missing !== false) throw new Error(server.missing)
  return server.database()
}

describe('backups and PostgreSQL', { skip: server.missing }, () => {
  test('P1 from SQLite to PostgreSQL and back every row of every table is equal', async () => {
    const file = join(folder, 'first.sqlite')
    await using first = await openDatabase({ file })
    await fillStore(first, 300)
    const url = await database()
    await using middle = await openDatabase({ url })
    const secrets = join(folder, 'no-keys')
    await restoreInto(middle, await backUpFile(file, folder, { secrets }), folder)
    deepStrictEqual(await contentsOf(middle), await contentsOf(first))

    const path = await withPostgresSnapshot(url, snapshot => backUp(snapshot, folder, { secrets }))
    await using last = await openDatabase({ file: join(folder, 'last.sqlite') })
    await restoreInto(last, path, folder)
    deepStrictEqual(await contentsOf(last), await contentsOf(first))
  })

  test('P2 numbers that grow go on above those that were restored', async () => {
    const file = join(folder, 'growing.sqlite')
    await using first = await openDatabase({ file })
    await fillStore(first, 10)
    await using target = await openDatabase({ url: await database() })
    await restoreInto(target, await backUpFile(file, folder), folder)
    const row = { at_ms: 0, actor: '', action: '', subject: '', detail: '{}' }
    const { n } = await target.sql.insertInto('audit').values(row).returning('n').executeTakeFirstOrThrow()
    strictEqual(n, 31)
  })

  test('P2 so do those of tables from before there were identities', async () => {
    const steps = history.filter(({ name }) => name < '0008')
    await using target = await openDatabase({ url: await database(), steps })
    await beginRestore(target)
    const row = { at_ms: 0, actor: '', action: '', subject: '', detail: '{}' }
    await target.sql
      .insertInto('audit')
      .values({ ...row, n: 30 })
      .execute()
    await endRestore(target)
    const { n } = await target.sql.insertInto('audit').values(row).returning('n').executeTakeFirstOrThrow()
    strictEqual(n, 31)
  })

  test('P3 a backup shows one moment while a writer goes on, and nothing is torn', async () => {
    const url = await database()
    await using busy = await openDatabase({ url })
    const write = (epoch: number) =>
      busy.sql.transaction().execute(async transaction => {
        await transaction
          .insertInto('epochs')
          .values({ stream: `s${epoch}`, epoch })
          .execute()
        await transaction
          .insertInto('settings')
          .values({ key: `s${epoch}`, value: '0', changed_ms: 0 })
          .execute()
      })
    for (let epoch = 1; epoch <= 100; epoch++) await write(epoch)
    let writing = true
    let last = 100
    const writer = (async () => {
      for await (const _ of setInterval(1)) {
        if (!writing) break
        await write(++last)
      }
    })()
    let seen = 0
    const path = await withPostgresSnapshot(url, async snapshot => {
      seen = await snapshot.count('epochs')
      return await backUp(snapshot, folder)
    })
    writing = false
    await writer
    await using restored = await openDatabase({ file: join(folder, 'busy.sqlite') })
    await restoreInto(restored, path, folder)
    const { epochs, settings } = await contentsOf(restored)
    ok(seen >= 100 && last > seen, `a writer went on: ${last} written, ${seen} seen`)
    deepStrictEqual([epochs!.length, settings!.length], [seen, seen])
  })

  test('P5 a backup knows how far the store has read each log', async () => {
    const url = await database()
    await using store = await openDatabase({ url })
    await store.sql.insertInto('cursors').values({ log: 'worker-1', next_seq: 7_000_000_000 }).execute()
    deepStrictEqual(
      await withPostgresSnapshot(url, snapshot => snapshot.positions()),
      new Map([['worker-1', 7_000_000_000]])
    )
  })

  test('P4 a database that has rows is left as it is', async () => {
    const file = join(folder, 'small.sqlite')
    await using first = await openDatabase({ file })
    await fillStore(first, 3)
    await using target = await openDatabase({ url: await database() })
    await target.sql.insertInto('epochs').values({ stream: 'door', epoch: 1 }).execute()
    await rejects(restoreInto(target, await backUpFile(file, folder), folder), { code: 'SL_RESTORE_NOT_EMPTY' })
    const { rows } = await sql`select * from epochs`.execute(target.sql)
    strictEqual(rows.length, 1)
  })
})
