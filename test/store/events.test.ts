import { openScratchSqlite } from './scratch-sqlite.ts'
import { eventsSuite } from './suites/events.ts'

eventsSuite('SQLite', openScratchSqlite)
