import { deepStrictEqual, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDatabase } from '../../src/store/database.ts'
import { Sites } from '../../src/store/sites.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('AS1 what one handle of a store has changed since, another does not change by what it has seen', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'store.sqlite')
  await using one = await openDatabase({ file })
  await using other = await openDatabase({ file })
  const seen = { id: 'berlin', title: 'Berlin', timeZone: 'Europe/Berlin', createdMs: 1 }
  await new Sites(one).create(seen)
  const change = (database: typeof one, title: string) => new Sites(database).change('berlin', { title }, seen)
  const changes = await Promise.allSettled([change(one, 'West'), change(other, 'East')])
  deepStrictEqual(changes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  await rejects(change(other, 'North'), { code: 'SL_PRECONDITION_FAILED' })
})
