import { eventMinutesSuite } from '../store/suites/event-minutes.ts'
import { eventsSuite } from '../store/suites/events.ts'
import { logSinkSuite } from '../store/suites/log-sink.ts'
import { sinkModelSuite } from '../store/suites/log-sink-model.ts'
import { refusalSuite } from '../store/suites/log-sink-refusals.ts'
import { replacementSuite } from '../store/suites/log-sink-replacement.ts'
import { onPostgres } from './postgres-stores.ts'

await onPostgres(logSinkSuite, refusalSuite, replacementSuite, sinkModelSuite, eventsSuite, eventMinutesSuite)
