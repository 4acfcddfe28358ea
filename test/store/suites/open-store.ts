import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openDatabase, type StoreDatabase } from '../../../src/store/database.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Opens an empty store for one test, and closes it when the test is over. */
export type OpenStore = (t: TestContext) => Promise<StoreDatabase>

export const openSqliteStore: OpenStore = async t => {
  const folder = await temporaryFolder()
  const store = await openDatabase({ file: join(folder.path, 'store.sqlite') })
  t.after(async () => {
    await store[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })
  return store
}
