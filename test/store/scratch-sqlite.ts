import { join } from 'node:path'
import { openDatabase, type StoreDatabase } from '../../src/store/database.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** An empty SQLite store in a folder of its own, which goes when it is closed. */
export async function openScratchSqlite(): Promise<StoreDatabase> {
  const folder = await temporaryFolder()
  const database = await openDatabase({ file: join(folder.path, 'store.sqlite') })
  return closing(database, async () => folder[Symbol.asyncDispose]())
}

/** The same database, after whose end something else is done. */
function closing(database: StoreDatabase, after: () => Promise<void>): StoreDatabase {
  const close = database[Symbol.asyncDispose].bind(database)
  return Object.assign(database, {
    async [Symbol.asyncDispose]() {
      await close()
      await after()
    }
  })
}
