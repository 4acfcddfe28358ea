import type { Sources } from '../api/resources/sources.ts'
import { Audit } from '../store/audit.ts'
import type { BlobStore } from '../store/blobs/blob-store.ts'
import { Clips } from '../store/clips.ts'
import type { StoreDatabase } from '../store/database.ts'
import { EventCounts } from '../store/event-counts.ts'
import { Events } from '../store/events.ts'
import { Jobs } from '../store/jobs.ts'
import { KeptFiles } from '../store/kept-files.ts'
import { Measures } from '../store/measures.ts'
import { periodSamples } from '../store/measures-samples.ts'
import { OnceKeys } from '../store/once-keys.ts'
import { Recordings } from '../store/recordings.ts'
import { SeenEvents } from '../store/seen-events.ts'
import { Sessions } from '../store/sessions.ts'
import { ShareLinks } from '../store/share-links.ts'
import { SiteIdentities } from '../store/site-identities.ts'
import { Sites } from '../store/sites.ts'
import { Streams } from '../store/streams.ts'
import { Tokens } from '../store/tokens.ts'
import { Tracks } from '../store/tracks.ts'
import { TrajectoryStore } from '../store/trajectories/trajectory-store.ts'
import { Users } from '../store/users.ts'
import { Grants } from '../store/users-grants.ts'

/** What the API answers from the store alone. */
export type StoredSources = Omit<
  Sources,
  | 'accounts'
  | 'sharing'
  | 'live'
  | 'control'
  | 'trials'
  | 'cameras'
  | 'analyses'
  | 'calibrations'
  | 'uploads'
  | 'previews'
  | 'requireRoomToShare'
  | 'share'
  | 'mark'
  | 'answers'
  | 'settings'
  | 'system'
  | 'looks'
  | 'models'
  | 'modelDesk'
>

/** Over a database and blobs that stay their owner's; disposing of it ends the thread that reads stored tracks. */
export function storedSources({
  database,
  blobs
}: {
  readonly database: StoreDatabase
  readonly blobs: BlobStore
}): StoredSources & AsyncDisposable {
  const trajectories = new TrajectoryStore(database)
  return {
    events: new Events(database),
    seenEvents: new SeenEvents(database),
    eventCounts: new EventCounts(database),
    tracks: new Tracks(database),
    siteIdentities: new SiteIdentities(database),
    trajectories,
    measures: new Measures(database),
    samples: request => periodSamples(database, request),
    recordings: new Recordings(database),
    shareLinks: new ShareLinks(database),
    clips: new Clips(database),
    files: new KeptFiles(database, blobs),
    jobs: new Jobs(database),
    sites: new Sites(database),
    streams: new Streams(database),
    audit: new Audit(database),
    onceKeys: new OnceKeys(database),
    people: {
      users: new Users(database),
      grants: new Grants(database),
      tokens: new Tokens(database),
      sessions: new Sessions(database)
    },
    [Symbol.asyncDispose]: () => trajectories[Symbol.asyncDispose]()
  }
}
