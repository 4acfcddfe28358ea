import { jobsSuite } from '../store/suites/jobs.ts'
import { onPostgres } from './postgres-stores.ts'

await onPostgres(jobsSuite)
