import { eventsSuite } from './suites/events.ts'
import { openSqliteStore } from './suites/open-store.ts'

eventsSuite(openSqliteStore)
