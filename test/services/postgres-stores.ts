import { after, describe } from 'node:test'
import { openDatabase } from '../../src/store/database.ts'
import type { OpenStore } from '../store/suites/open-store.ts'
import { startPostgres } from './postgres.ts'

/**
 * Runs suites on a PostgreSQL of this file's own, each test on a database of its own; skips them, with the reason,
 * where there is none. To be awaited at the file's top.
 */
export async function onPostgres(...suites: readonly ((open: OpenStore) => void)[]): Promise<void> {
  const server = await startPostgres()
  if (server.missing !== false) {
    describe('on PostgreSQL', { skip: server.missing }, () => undefined)
    return
  }
  after(() => server[Symbol.asyncDispose]())
  describe('on PostgreSQL', () => {
    for (const suite of suites)
      suite(async t => {
        const store = await openDatabase({ url: await server.database(), connections: 4 })
        t.after(() => store[Symbol.asyncDispose]())
        return store
      })
  })
}
