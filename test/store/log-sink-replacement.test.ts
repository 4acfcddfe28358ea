import { replacementSuite } from './suites/log-sink-replacement.ts'
import { openSqliteStore } from './suites/open-store.ts'

replacementSuite(openSqliteStore)
