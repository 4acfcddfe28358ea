import { eventCountsSuite } from './suites/event-counts.ts'
import { openSqliteStore } from './suites/open-store.ts'

eventCountsSuite(openSqliteStore)
