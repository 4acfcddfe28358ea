import { eventsAfterSuite } from '../store/suites/events-after.ts'
import { onPostgres } from './postgres-stores.ts'

await onPostgres(eventsAfterSuite)
