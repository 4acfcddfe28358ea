import { brokenEpochsSuite } from './suites/broken-epochs.ts'
import { openSqliteStore } from './suites/open-store.ts'

brokenEpochsSuite(openSqliteStore)
