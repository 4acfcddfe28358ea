import { openScratchSqlite } from './scratch-sqlite.ts'
import { jobsSuite } from './suites/jobs.ts'

jobsSuite('SQLite', openScratchSqlite)
