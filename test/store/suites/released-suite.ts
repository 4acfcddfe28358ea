import { deepStrictEqual, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { contentOf, type StoreContent, tablesOf } from './fixture-rows.ts'
import type { OpenStore } from './open-store.ts'

/** One folder for each released version; `npm run store:fixture` adds this one's. */
export const releases = join(import.meta.dirname, '..', '..', 'fixtures', 'stores')

/** Opens a copy of the store that the release in this folder left behind. */
export type OpenReleased = (t: TestContext, folder: string) => Promise<StoreDatabase>

/** What becomes of stores of the versions before. */
export function releasedSuite(openReleased: OpenReleased, openNew: OpenStore): void {
  for (const version of readdirSync(releases)) {
    const folder = join(releases, version)

    test(`R1 a store of ${version} comes to the same tables as a new one (else: npm run store:fixture before a release, a new step after)`, async t => {
      const shape = async (store: StoreDatabase) =>
        (await tablesOf(store)).map(({ name, columns }) => ({
          name,
          columns: columns.map(column => [column.name, column.dataType, column.isNullable].join(' ')).sort()
        }))
      deepStrictEqual(await shape(await openReleased(t, folder)), await shape(await openNew(t)))
    })

    test(`R2 every row of a store of ${version} is there after its way to this version`, async t => {
      const before = JSON.parse(readFileSync(join(folder, 'rows.json'), 'utf8')) as StoreContent
      const after = await contentOf(await openReleased(t, folder))
      ok(Object.keys(before).length > 10)
      for (const [table, rows] of Object.entries(before)) {
        const columns = Object.keys(rows[0] ?? {})
        const kept = after[table]?.map(row => Object.fromEntries(columns.map(column => [column, row[column]])))
        deepStrictEqual(kept, rows, table)
      }
    })
  }
}
