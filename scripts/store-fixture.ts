// `npm run store:fixture`: keeps a store of this version, in both databases, and what lies beside it, for the tests of every version after it.
// Run at each release, and before it whenever the first step of the tables' history changes.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openDatabase } from '../src/store/database.ts'
import { startPostgres } from '../test/services/postgres.ts'
import { findPostgres } from '../test/services/postgres-binaries.ts'
import { fillFolder } from '../test/store/suites/fixture-folder.ts'
import { contentOf, fill } from '../test/store/suites/fixture-rows.ts'

const root = join(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const folder = join(root, 'test', 'fixtures', 'stores', version)
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

const file = join(folder, 'store.sqlite')
const store = await openDatabase({ file })
await fill(store)
writeFileSync(join(folder, 'rows.json'), `${JSON.stringify(await contentOf(store), null, 2)}\n`)
await store[Symbol.asyncDispose]()
// One small file: without a log beside it, and without free pages.
const raw = new DatabaseSync(file)
raw.exec('pragma journal_mode = delete; pragma page_size = 1024; vacuum')
raw.close()
await fillFolder(folder, file, version)

const found = findPostgres()
const server = await startPostgres()
if (server.missing !== false || 'missing' in found) throw new Error(`No PostgreSQL to dump: ${server.missing}`)
await using running = server
const url = await running.database()
const fleet = await openDatabase({ url })
await fill(fleet)
await fleet[Symbol.asyncDispose]()
const dump = spawnSync(join(found.folder, 'pg_dump'), ['--no-owner', '--no-privileges', '--inserts', url], {
  encoding: 'utf8',
  maxBuffer: 2 ** 26
})
if (dump.status !== 0) throw new Error(`pg_dump failed: ${dump.stderr}`)
// Lines with a backslash are for psql alone; remarks name the programs' builds.
const lines = dump.stdout.split('\n').filter(line => !/^(\\|--|$)/.test(line))
writeFileSync(join(folder, 'postgres.sql'), `${lines.join('\n')}\n`)
process.stdout.write(`${folder}\n`)
