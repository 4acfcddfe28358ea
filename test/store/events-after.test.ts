import { eventsAfterSuite } from './suites/events-after.ts'
import { openSqliteStore } from './suites/open-store.ts'

eventsAfterSuite(openSqliteStore)
