import { deepStrictEqual, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openDatabase } from '../../src/store/database.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { migrationSuite } from './suites/migration-suite.ts'
import { openSqliteStore } from './suites/open-store.ts'

migrationSuite(openSqliteStore)

test('H5 several that open a new file at once make its tables once', async t => {
  const folder = await temporaryFolder()
  t.after(() => folder[Symbol.asyncDispose]())
  const file = join(folder.path, 'store.sqlite')
  const stores = await Promise.all([1, 2, 3].map(() => openDatabase({ file })))
  const steps = await stores[0]!.sql.selectFrom('epochs').selectAll().execute()
  deepStrictEqual(steps, [])
  await Promise.all(stores.map(store => store[Symbol.asyncDispose]()))
})

test('H6 a store that a newer version has had is refused, and left as it is', async t => {
  const folder = await temporaryFolder()
  t.after(() => folder[Symbol.asyncDispose]())
  const file = join(folder.path, 'store.sqlite')
  await (await openDatabase({ file }))[Symbol.asyncDispose]()
  const raw = new DatabaseSync(file)
  raw.exec(`insert into store_history values (99, '0099-later', 0)`)
  raw.close()
  await rejects(openDatabase({ file }), { code: 'SL_DATA_NEWER', message: /step 99, this version knows \d+/ })
})
