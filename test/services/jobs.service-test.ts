import { jobsSuite } from '../store/suites/jobs.ts'
import { jobLeasesSuite } from '../store/suites/jobs-leases.ts'
import { onPostgres } from './postgres-stores.ts'

await onPostgres(jobsSuite, jobLeasesSuite)
