import type { Principal } from '../../access/principal.ts'
import type { Model } from '../../contract/api/model.ts'
import type { System } from '../../contract/api/system.ts'
import type { StateMessage } from '../../contract/live.ts'
import type { StreamControl } from '../../live/stream-control.ts'
import type { Audit } from '../../store/audit.ts'
import type { Clips } from '../../store/clips.ts'
import type { EventCounts } from '../../store/event-counts.ts'
import type { Events } from '../../store/events.ts'
import type { Jobs } from '../../store/jobs.ts'
import type { KeptFiles } from '../../store/kept-files.ts'
import type { Measures } from '../../store/measures.ts'
import type { PeriodSample, SampleRequest } from '../../store/measures-samples.ts'
import type { OnceKeys } from '../../store/once-keys.ts'
import type { Recordings } from '../../store/recordings.ts'
import type { SeenEvents } from '../../store/seen-events.ts'
import type { Sessions } from '../../store/sessions.ts'
import type { ShareLinks } from '../../store/share-links.ts'
import type { SiteIdentities } from '../../store/site-identities.ts'
import type { Sites } from '../../store/sites.ts'
import type { Streams } from '../../store/streams.ts'
import type { Tokens } from '../../store/tokens.ts'
import type { Tracks } from '../../store/tracks.ts'
import type { TrajectoryStore } from '../../store/trajectories/trajectory-store.ts'
import type { Users } from '../../store/users.ts'
import type { Grants } from '../../store/users-grants.ts'
import type { Accounts } from '../identity/accounts.ts'
import type { Sharing } from '../identity/sharing.ts'
import type { StreamFigures } from '../metrics.ts'
import type { AnalysisDesk, FoundUpload } from './analysis-desk.ts'
import type { CalibrationDesk } from './calibration-desk.ts'
import type { CameraSource } from './cameras.ts'
import type { ModelDesk } from './models.ts'
import type { SettingControl } from './setting-control.ts'
import type { SourceTrialDesk } from './source-trial.ts'
import type { SystemLooks } from './system-looks.ts'

/** What the API answers from: REST and GraphQL alike. `roles/` puts it together. */
export interface Sources {
  readonly events: Pick<Events, 'page' | 'byId'>
  readonly seenEvents: Pick<SeenEvents, 'mark' | 'unmark' | 'among'>
  readonly eventCounts: Pick<EventCounts, 'counts' | 'ranking'>
  readonly tracks: Pick<Tracks, 'page' | 'byId'>
  readonly siteIdentities: Pick<SiteIdentities, 'page' | 'byId' | 'tracks' | 'ofTracks' | 'merge' | 'split'>
  readonly trajectories: Pick<TrajectoryStore, 'framePage' | 'region' | 'past' | 'movement'>
  readonly measures: Pick<Measures, 'ofStream'>
  readonly samples: (request: SampleRequest) => Promise<readonly PeriodSample[]>
  readonly recordings: Pick<Recordings, 'page' | 'byId' | 'rename' | 'note'>
  readonly clips: Pick<Clips, 'page' | 'byId'>
  readonly shareLinks: Pick<ShareLinks, 'page' | 'byId'>
  /** Makes, opens and revokes them, and writes down that it did. */
  readonly sharing: Pick<Sharing, 'issue' | 'open' | 'revoke'>
  readonly files: Pick<KeptFiles, 'ofOwners' | 'facts' | 'open'>
  readonly jobs: Pick<Jobs, 'page' | 'get' | 'byIds' | 'add' | 'cancel'>
  readonly sites: Pick<Sites, 'page' | 'byId' | 'byIds' | 'create' | 'change' | 'remove'>
  readonly streams: Pick<Streams, 'page' | 'byName' | 'change'>
  /** Changes who may do what, and writes down that it did. */
  readonly accounts: Pick<
    Accounts,
    | 'invitations'
    | 'add'
    | 'change'
    | 'remove'
    | 'give'
    | 'take'
    | 'issue'
    | 'revoke'
    | 'endSession'
    | 'endSessions'
    | 'links'
  >
  readonly people: {
    readonly users: Pick<Users, 'page' | 'byId'>
    readonly grants: Pick<Grants, 'ofUser' | 'ofUsers'>
    readonly tokens: Pick<Tokens, 'ofUser' | 'byId'>
    readonly sessions: Pick<Sessions, 'page' | 'ofUser' | 'byId'>
  }
  readonly live: LiveSource
  readonly control: StreamControl
  readonly trials: SourceTrialDesk
  readonly cameras: CameraSource
  readonly analyses: AnalysisDesk
  readonly calibrations: CalibrationDesk
  readonly uploads: UploadSource
  /** The last picture that a job on this machine has analysed, as a JPEG. */
  readonly previews: { read(job: string): Promise<Buffer | undefined> }
  /** Asked before somebody makes a stream that they are granted then. @throws SL_LIMIT_REACHED */
  readonly requireRoomToShare: (principal: Principal) => Promise<void>
  /** Grants whoever made a stream to operate it, beyond what they may be granted, too; holds when this resolves. */
  readonly share: (principal: Principal, stream: string) => Promise<void>
  readonly audit: Pick<Audit, 'add' | 'page'>
  readonly settings: SettingControl
  readonly system: () => Promise<System>
  readonly looks: SystemLooks
  readonly models: () => Promise<readonly Model[]>
  readonly modelDesk: ModelDesk
  readonly onceKeys: Pick<OnceKeys, 'begin' | 'done' | 'failed' | 'refresh'>
  /** What a request is known by again. There may be a password in it: nobody can guess it from its mark. */
  readonly mark: (request: string) => string
  /** For answers that are kept: nobody can read one without the data folder's key. */
  readonly answers: { close(text: string): string; open(sealed: string): string | undefined }
}

/** Files that were sent. */
export interface UploadSource {
  /** Undefined for what is not there, and for what somebody else sent. */
  find(principal: Principal, id: string): Promise<FoundUpload | undefined>
}

/** Streams as they are at this moment. */
export interface LiveSource {
  figures(): ReadonlyMap<string, { readonly state: StateMessage; readonly figures: StreamFigures | undefined }>
}
