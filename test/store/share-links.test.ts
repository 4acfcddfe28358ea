import { openSqliteStore } from './suites/open-store.ts'
import { shareLinksSuite } from './suites/share-links.ts'

shareLinksSuite(openSqliteStore)
