import { databaseSuite } from '../store/suites/database-suite.ts'
import { onPostgres } from './postgres-stores.ts'

await onPostgres(databaseSuite)
