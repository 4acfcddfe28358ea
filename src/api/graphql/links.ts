import type { Principal } from '../../access/principal.ts'
import type { ReportFile } from '../../contract/api/recording.ts'
import type { Site } from '../../contract/api/site.ts'
import type { StreamItem } from '../../contract/api/stream.ts'
import type { Grant } from '../../contract/api/user.ts'
import { filesOfRecordings } from '../resources/reports.ts'
import { sitesOfStreams } from '../resources/sites.ts'
import type { Sources } from '../resources/sources.ts'
import { findStreams } from '../resources/streams.ts'
import { grantsOfUsers } from '../resources/users.ts'
import { Batch } from './batch.ts'

/** What items of lists belong to, for who asked for them. */
export interface Links {
  /** By name: those that may be seen. */
  readonly streams: Batch<StreamItem>
  /** By id, of streams that were given. */
  readonly sites: Batch<Site>
  /** By id of a recording that was given. */
  readonly files: Batch<readonly ReportFile[]>
  /** By id of a user that was given. */
  readonly grants: Batch<readonly Grant[]>
}

export function linksOf(sources: () => Sources, principal: () => Principal): Links {
  return {
    streams: new Batch(names => findStreams(sources(), principal(), names)),
    sites: new Batch(ids => sitesOfStreams(sources(), ids)),
    files: new Batch(ids => filesOfRecordings(sources(), ids)),
    grants: new Batch(ids => grantsOfUsers(sources(), ids))
  }
}
