import { eventMinutesSuite } from '../store/suites/event-minutes.ts'
import { eventsSuite } from '../store/suites/events.ts'
import { logSinkSuite } from '../store/suites/log-sink.ts'
import { onPostgres } from './postgres-stores.ts'

await onPostgres(logSinkSuite, eventsSuite, eventMinutesSuite)
