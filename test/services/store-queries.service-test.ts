import { accessSuite } from '../store/suites/access.ts'
import { brokenEpochsSuite } from '../store/suites/broken-epochs.ts'
import { eventCountsSuite } from '../store/suites/event-counts.ts'
import { eventsSuite } from '../store/suites/events.ts'
import { listsSuite } from '../store/suites/lists.ts'
import { logSinkSuite } from '../store/suites/log-sink.ts'
import { sinkModelSuite } from '../store/suites/log-sink-model.ts'
import { refusalSuite } from '../store/suites/log-sink-refusals.ts'
import { replacementSuite } from '../store/suites/log-sink-replacement.ts'
import { onceKeysSuite } from '../store/suites/once-keys.ts'
import { placesSuite } from '../store/suites/places.ts'
import { seenEventsSuite } from '../store/suites/seen-events.ts'
import { shareLinksSuite } from '../store/suites/share-links.ts'
import { siteIdentitiesSuite } from '../store/suites/site-identities.ts'
import { tracksSuite } from '../store/suites/tracks.ts'
import { onPostgres } from './postgres-stores.ts'

const sink = [logSinkSuite, refusalSuite, replacementSuite, sinkModelSuite]
await onPostgres(
  ...sink,
  eventsSuite,
  eventCountsSuite,
  tracksSuite,
  brokenEpochsSuite,
  placesSuite,
  accessSuite,
  onceKeysSuite,
  seenEventsSuite,
  shareLinksSuite,
  siteIdentitiesSuite,
  listsSuite
)
