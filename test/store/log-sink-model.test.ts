import { sinkModelSuite } from './suites/log-sink-model.ts'
import { openSqliteStore } from './suites/open-store.ts'

sinkModelSuite(openSqliteStore)
