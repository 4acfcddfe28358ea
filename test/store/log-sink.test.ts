import { openScratchSqlite } from './scratch-sqlite.ts'
import { logSinkSuite } from './suites/log-sink.ts'

logSinkSuite('SQLite', openScratchSqlite)
