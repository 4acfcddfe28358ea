import { jobsSuite } from './suites/jobs.ts'
import { openSqliteStore } from './suites/open-store.ts'

jobsSuite(openSqliteStore)
