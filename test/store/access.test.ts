import { accessSuite } from './suites/access.ts'
import { openSqliteStore } from './suites/open-store.ts'

accessSuite(openSqliteStore)
