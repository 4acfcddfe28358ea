import { openSqliteStore } from './suites/open-store.ts'
import { siteIdentitiesSuite } from './suites/site-identities.ts'

siteIdentitiesSuite(openSqliteStore)
