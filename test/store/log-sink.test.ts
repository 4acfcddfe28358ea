import { logSinkSuite } from './suites/log-sink.ts'
import { openSqliteStore } from './suites/open-store.ts'

logSinkSuite(openSqliteStore)
