import { databaseSuite } from '../store/suites/database-suite.ts'
import { migrationSuite } from '../store/suites/migration-suite.ts'
import { onPostgres } from './postgres-stores.ts'

await onPostgres(databaseSuite, migrationSuite)
