import { eventMinutesSuite } from './suites/event-minutes.ts'
import { openSqliteStore } from './suites/open-store.ts'

eventMinutesSuite(openSqliteStore)
