import { databaseSuite } from './suites/database-suite.ts'
import { openSqliteStore } from './suites/open-store.ts'

databaseSuite(openSqliteStore)
