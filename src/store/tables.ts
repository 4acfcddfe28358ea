import type { Generated } from 'kysely'
import type { SiteIdentityTable, SiteIdentityTrackTable, TrackLookTable } from './tables-identities.ts'

// Times are epoch milliseconds, booleans 0 or 1, JSON is text: the subset that SQLite and PostgreSQL share.
// docs/spec/store.md says what each table is for.

type Json = string

export interface SiteTable {
  id: string
  title: string
  /** IANA name. */
  time_zone: string
  created_ms: number
}

export interface StreamTable {
  name: string
  title: string
  site_id: string | null
  /** Address without credentials; null for the stream of a recording. */
  source: string | null
  settings: Json
  created_ms: number
  deleted_ms: number | null
}

export interface RecordingTable {
  id: string
  stream: string
  epoch: number
  title: string
  /** SHA-256 of the file among the assets; null when it was analysed where it lies. */
  asset: string | null
  /** Wall time of media time 0. */
  started_ms: number
  duration_ms: number | null
  facts: Json
  created_ms: number
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

export interface JobTable {
  /** In the order of arrival, whatever the clock does. */
  n: Generated<number>
  id: string
  kind: string
  state: JobState
  /** Higher first. */
  priority: number
  /** Path, address or `asset:` and digest. */
  input: string
  options: Json
  stream: string
  epoch: number
  attempt: number
  max_attempts: number
  /** Not before; 0: at once. */
  due_ms: number
  /** Who works on it, and until when that holds unless renewed; the latter only ever grows while it runs. */
  lease_owner: string | null
  lease_until_ms: number | null
  cancel_asked: number
  /** 0 to 1. */
  progress: number
  progress_text: string
  error_code: string | null
  error_message: string | null
  result: Json | null
  created_ms: number
  started_ms: number | null
  ended_ms: number | null
}

export interface ClipTable {
  id: string
  stream: string
  epoch: number
  from_ms: number
  to_ms: number
  asset: string
  /** Why it was kept: an event's id. */
  event_id: string | null
  created_ms: number
}

export interface TrackTable {
  stream: string
  epoch: number
  track_id: number
  label: string
  score: number
  detections: number
  started_ms: number
  ended_ms: number
  min_x: number
  min_y: number
  max_x: number
  max_y: number
  snapshot: string | null
  /** The rest of `StoredTrack`. */
  detail: Json
}

export interface TrajectoryHeadTable {
  stream: string
  epoch: number
  /** Wall time of media time 0. */
  base_ms: number
  header: Json
}

export interface TrajectoryChunkTable {
  stream: string
  epoch: number
  /** From 1. */
  chunk: number
  /** Wall time of its first and last frame. */
  from_ms: number
  to_ms: number
  min_x: number
  min_y: number
  max_x: number
  max_y: number
  frames: number
  points: number
  /** CRC-32 of `bytes`, as in the blocks of a file: SQLite has none of its own. */
  checksum: number
  /** Payload of one part of docs/spec/trajectories.md. */
  bytes: Uint8Array
}

export interface EventTable {
  /** In the order of arrival: with `at_ms`, the place in a list that pages continue from. */
  n: Generated<number>
  id: string
  stream: string
  epoch: number
  kind: string
  /** `line.door`, as in its id, without the version; empty for what the tracker says. */
  measure: string
  track_id: number | null
  label: string | null
  at_ms: number
  pts_ms: number
  frame: number
  /** The event's other fields. */
  detail: Json
}

/** When the events of an epoch happened, at the earliest and the latest: where to look for one by its id. */
export interface EventSpanTable {
  stream: string
  epoch: number
  from_ms: number
  to_ms: number
}

/** Counts that questions over months are answered from, by minutes and by hours. Filled together with `events`. */
export interface EventCountTable {
  stream: string
  /** So that what a job replaces can be taken out again. */
  epoch: number
  kind: string
  measure: string
  label: string
  /** `in` or `out` for lines, else empty. */
  direction: string
  /** Where the minute or the hour begins. */
  from_ms: number
  events: number
}

export interface MeasureTable {
  stream: string
  /** `line.door`. */
  measure: string
  /** Hash of the definition, as in event ids. */
  version: string
  definition: Json
  created_ms: number
  retired_ms: number | null
}

export interface MeasureSampleTable {
  stream: string
  epoch: number
  measure: string
  name: string
  minute_ms: number
  count: number
  sum: number
  min: number
  max: number
}

export interface UserTable {
  id: string
  name: string
  role: 'viewer' | 'operator' | 'admin'
  password: string | null
  created_ms: number
  disabled_ms: number | null
}

export interface GrantTable {
  user_id: string
  scope: 'stream' | 'site' | 'all'
  scope_id: string
  role: 'viewer' | 'operator'
  created_ms: number
}

export interface TokenTable {
  id: string
  user_id: string
  title: string
  /** SHA-256: the token itself is kept nowhere. */
  digest: string
  scopes: Json
  created_ms: number
  expires_ms: number | null
  revoked_ms: number | null
  /** When it was shown last, to the minute. */
  used_ms: number | null
}

/** A browser that is signed in. */
export interface SessionTable {
  id: string
  user_id: string
  title: string
  /** SHA-256 of what it shows next, and of what it showed before `turned_ms`. */
  digest: string
  previous_digest: string | null
  turned_ms: number
  created_ms: number
  expires_ms: number
}

/** As whom an identity provider knows a user. */
export interface IdentityTable {
  user_id: string
  issuer: string
  subject: string
  created_ms: number
}

export interface SigningKeyTable {
  id: string
  /** JWK. */
  public: Json
  /** JWK, sealed. */
  sealed: string
  created_ms: number
}

export interface AuditTable {
  n: Generated<number>
  at_ms: number
  actor: string
  action: string
  subject: string
  detail: Json
}

export interface SettingTable {
  key: string
  value: Json
  changed_ms: number
}

/** One content, by its SHA-256. */
export interface AssetTable {
  digest: string
  bytes: number
  content_type: string
  /** `writing` until the bytes are safe, `removing` until they are gone, `lost` when they are missed. */
  state: 'writing' | 'ready' | 'removing' | 'lost'
  /** Who is writing or removing it now: whoever finds another there has been overtaken. */
  holder: string | null
  created_ms: number
  /** When its state, its holder or its references last changed. */
  changed_ms: number
}

/** Why an asset is kept: without a reference it is removed. */
export interface AssetReferenceTable {
  digest: string
  /** `snapshot`, `upload`, `clip`, `export`, `report`. */
  kind: string
  /** Whose it is: `job/…`, `track/…`. */
  owner: string
  /** Name that people gave it. */
  name: string
  stream: string | null
  created_ms: number
}

/** What is kept for each kind and stream, changed together with the references. A content counts once for each of them. */
export interface AssetUsageTable {
  kind: string
  /** Empty for what belongs to no stream. */
  stream: string
  /** References. */
  assets: number
  bytes: number
}

/** A request that must not be done twice, under the key that whoever asked gave it. */
export interface OnceKeyTable {
  actor: string
  key: string
  /** A mark of what was asked for: another request under the same key is refused. */
  request: string
  /** Null while it is under way. */
  answer: Json | null
  begun_ms: number
}

/** An event that somebody has looked at. */
export interface SeenEventTable {
  user_id: string
  event_id: string
  seen_ms: number
}

/** A link that shows a report to whoever has it, until it ends. */
export interface ShareLinkTable {
  id: string
  recording: string
  /** Who made it: without them it shows nothing. */
  user_id: string
  title: string | null
  /** SHA-256: the secret itself is kept nowhere. */
  digest: string
  created_ms: number
  expires_ms: number
}

/** How far the store has read each log. */
export interface CursorTable {
  log: string
  next_seq: number
}

/** Highest epoch a stream ever had. */
export interface EpochTable {
  stream: string
  epoch: number
}

export interface Tables {
  sites: SiteTable
  streams: StreamTable
  recordings: RecordingTable
  jobs: JobTable
  clips: ClipTable
  tracks: TrackTable
  track_looks: TrackLookTable
  site_identities: SiteIdentityTable
  site_identity_tracks: SiteIdentityTrackTable
  trajectory_heads: TrajectoryHeadTable
  trajectory_chunks: TrajectoryChunkTable
  events: EventTable
  seen_events: SeenEventTable
  event_spans: EventSpanTable
  event_minutes: EventCountTable
  event_hours: EventCountTable
  measures: MeasureTable
  measure_samples: MeasureSampleTable
  users: UserTable
  grants: GrantTable
  tokens: TokenTable
  identities: IdentityTable
  sessions: SessionTable
  signing_keys: SigningKeyTable
  audit: AuditTable
  settings: SettingTable
  assets: AssetTable
  asset_references: AssetReferenceTable
  asset_usage: AssetUsageTable
  once_keys: OnceKeyTable
  share_links: ShareLinkTable
  cursors: CursorTable
  epochs: EpochTable
}
