import { jobsSuite } from './suites/jobs.ts'
import { jobLeasesSuite } from './suites/jobs-leases.ts'
import { openSqliteStore } from './suites/open-store.ts'

jobsSuite(openSqliteStore)
jobLeasesSuite(openSqliteStore)
