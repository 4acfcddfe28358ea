import { join } from 'node:path'
import { openDatabase, type StoreDatabase } from '../../src/store/database.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** An empty SQLite store in a folder of its own, which goes when it is closed. */
export async function openScratchSqlite(): Promise<StoreDatabase> {
  const folder = await temporaryFolder()
  const database = await openDatabase({ file: join(folder.path, 'store.sqlite') })
  return {
    kind: database.kind,
    sql: database.sql,
    insertNew: (...insert) => database.insertNew(...insert),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    }
  }
}
