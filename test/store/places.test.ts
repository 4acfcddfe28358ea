import { openSqliteStore } from './suites/open-store.ts'
import { placesSuite } from './suites/places.ts'

placesSuite(openSqliteStore)
