import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, type TestContext } from 'node:test'
import { openDatabase } from '../../src/store/database.ts'
import { releasedSuite } from '../store/suites/released-suite.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'

const started = await startPostgres()
after(async () => {
  if (started.missing === false) await started[Symbol.asyncDispose]()
})

describe('Released versions on PostgreSQL', { skip: started.missing }, () => {
  const server = started as PostgresServer
  const open = async (t: TestContext, url: string) => {
    const store = await openDatabase({ url, connections: 2 })
    t.after(() => store[Symbol.asyncDispose]())
    return store
  }
  releasedSuite(
    async (t, release) => {
      const url = await server.database()
      await server.query(readFileSync(join(release, 'postgres.sql'), 'utf8'), url)
      return open(t, url)
    },
    async t => open(t, await server.database())
  )
})
