import { openSqliteStore } from './suites/open-store.ts'
import { seenEventsSuite } from './suites/seen-events.ts'

seenEventsSuite(openSqliteStore)
