import { listsSuite } from './suites/lists.ts'
import { openSqliteStore } from './suites/open-store.ts'

listsSuite(openSqliteStore)
