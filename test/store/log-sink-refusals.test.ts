import { refusalSuite } from './suites/log-sink-refusals.ts'
import { openSqliteStore } from './suites/open-store.ts'

refusalSuite(openSqliteStore)
