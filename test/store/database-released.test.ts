import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openDatabase } from '../../src/store/database.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openSqliteStore } from './suites/open-store.ts'
import { releasedSuite } from './suites/released-suite.ts'

releasedSuite(async (t, release) => {
  const folder = await temporaryFolder()
  const file = join(folder.path, 'store.sqlite')
  await copyFile(join(release, 'store.sqlite'), file)
  const store = await openDatabase({ file })
  t.after(async () => {
    await store[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  return store
}, openSqliteStore)
