import { onceKeysSuite } from './suites/once-keys.ts'
import { openSqliteStore } from './suites/open-store.ts'

onceKeysSuite(openSqliteStore)
