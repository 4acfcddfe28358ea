import { openSqliteStore } from './suites/open-store.ts'
import { tracksSuite } from './suites/tracks.ts'

tracksSuite(openSqliteStore)
