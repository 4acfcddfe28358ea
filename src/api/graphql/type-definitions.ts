/** The types that fields give: the resources of `src/contract/api/` by the same names, and links between them. */
export const typeDefinitions = /* GraphQL */ `
  """
  Who may ask for a field. Each field that fetches something has it; a server with one that has none does not start.
  'each': the argument 'stream' says of which stream. 'found': judged once it was found whose it is. 'none': of no stream,
  or a list of what is permitted.
  """
  directive @access(area: Area!, need: Need!, stream: StreamRule!) on FIELD_DEFINITION

  enum Area { streams live events tracks recordings jobs models users settings system }
  enum Need { view operate administer }
  enum StreamRule { each found none }

  "A whole number up to 2^53. Names that end in 'Ms' are milliseconds; wall times since 1970, UTC."
  scalar Whole
  "Any JSON."
  scalar Json

  enum Order { newest oldest }
  enum Period { minute hour day }
  enum Dimension { stream kind measure label direction }
  enum Direction { in out }
  enum JobState { queued running done failed cancelled }
  enum Role { viewer operator admin }
  enum GrantScope { stream site all }

  "A place with streams."
  type Site {
    id: String!
    title: String!
    timeZone: String!
    createdMs: Whole!
  }
  type SitePage { items: [Site!]! next: String }

  "A live source, or the stream of a recording."
  type Stream {
    name: String!
    title: String!
    "The id of its place."
    site: String
    inSite: Site @access(area: streams, need: view, stream: found)
    "Where it comes from, without passwords; null for a recording."
    source: String
    createdMs: Whole!
    "How it is now, as the live socket tells it; null where nothing of it is running here."
    state: Json
    "What has come of it since its worker began."
    figures: Json
  }
  type StreamPage { items: [Stream!]! next: String }

  "A finished file that was analysed."
  type Recording {
    id: String!
    stream: String!
    ofStream: Stream @access(area: streams, need: view, stream: found)
    epoch: Int!
    title: String!
    "SHA-256 of the file; null when it was analysed where it lies."
    asset: String
    startedMs: Whole!
    durationMs: Float
    facts: Json
    createdMs: Whole!
    "What its analysis made of it."
    files: [ReportFile!]! @access(area: recordings, need: view, stream: found)
  }
  type RecordingPage { items: [Recording!]! next: String }
  type ReportFile { name: String! contentType: String! bytes: Whole! digest: String! href: String! }

  "The files that an analysis made of a recording, which has the same id."
  type Report {
    id: String!
    stream: String!
    ofStream: Stream @access(area: streams, need: view, stream: found)
    epoch: Int!
    title: String!
    createdMs: Whole!
    files: [ReportFile!]!
  }
  type ReportPage { items: [Report!]! next: String }
  "The same with its numbers."
  type ReportWithSummary {
    id: String!
    stream: String!
    ofStream: Stream @access(area: streams, need: view, stream: found)
    epoch: Int!
    title: String!
    createdMs: Whole!
    files: [ReportFile!]!
    summary: Json
    "What was drawn on its picture: lines and zones by name."
    regions: Json!
    "Where places of its picture are on the ground, in metres."
    calibration: Json
  }

  "A piece of a stream that is kept as a video: GET /api/v1/clips/…/video."
  type Clip {
    id: String!
    stream: String!
    ofStream: Stream @access(area: streams, need: view, stream: found)
    epoch: Int!
    "Wall time of what it shows."
    fromMs: Whole!
    toMs: Whole!
    "SHA-256 of the file."
    asset: String!
    "Why it was kept; null when a person asked for it."
    eventId: String
    createdMs: Whole!
  }
  type ClipPage { items: [Clip!]! next: String }

  "Something that happened."
  type Event {
    atMs: Whole!
    "Also the cursor of a subscription: 'after' goes on behind it."
    id: String!
    kind: String!
    stream: String!
    ofStream: Stream @access(area: streams, need: view, stream: found)
    epoch: Int!
    frame: Whole!
    ptsMs: Whole!
    trackId: Int
    label: String
    "All of it, whatever its kind."
    event: Json!
  }
  type EventPage { items: [Event!]! next: String }
  type EventCount {
    fromMs: Whole!
    stream: String
    kind: String
    measure: String
    label: String
    direction: String
    events: Whole!
  }

  "What was seen of one object."
  type Track {
    stream: String!
    ofStream: Stream @access(area: streams, need: view, stream: found)
    epoch: Int!
    startedMs: Whole!
    endedMs: Whole!
    trackId: Int!
    label: String!
    "Mean score of its detections."
    score: Float!
    detections: Whole!
    firstPtsMs: Whole!
    lastPtsMs: Whole!
    firstBox: Box!
    lastBox: Box!
    "What its boxes cover in all."
    bounds: Box!
    "SHA-256 of its best picture."
    snapshot: String
    "Who it is, where its site knows people again: of GET /api/v1/identities/…."
    identity: String
  }
  "Normalised to the frame; x and y are its top left."
  type Box { x: Float! y: Float! w: Float! h: Float! }
  type TrackPage { items: [Track!]! next: String }

  "A line, zone or rule of a stream, as it was defined from 'createdMs' to 'retiredMs'."
  type Measure {
    stream: String!
    measure: String!
    version: String!
    definition: Json!
    createdMs: Whole!
    retiredMs: Whole
  }
  "A measure's numbers of the period that begins at 'fromMs'; their mean is sum / count."
  type PeriodSample {
    fromMs: Whole!
    measure: String!
    name: String!
    count: Whole!
    sum: Float!
    min: Float!
    max: Float!
  }

  "A piece of work."
  type Job {
    id: String!
    kind: String!
    state: JobState!
    priority: Int!
    title: String!
    stream: String!
    ofStream: Stream @access(area: streams, need: view, stream: found)
    epoch: Int!
    attempt: Int!
    maxAttempts: Int!
    cancelAsked: Boolean!
    "Share of the work done by this attempt."
    progress: Float!
    progressText: String!
    error: JobError
    result: Json
    dueMs: Whole!
    createdMs: Whole!
    startedMs: Whole
    endedMs: Whole
  }
  type JobPage { items: [Job!]! next: String }
  type JobError { code: String! message: String! }

  "What can find things: a model of the catalogue."
  type Model {
    name: String!
    title: String!
    task: String!
    family: String!
    licence: String!
    flags: [String!]!
    notes: String
    "What it is good for, such as 'people'."
    jobs: [String!]!
    "'fast', 'medium' or 'slow'; null where nobody has measured it."
    speed: String
    bytes: Whole
    input: ModelInput!
    "Names; 'coco' for the 80 classes of COCO; null where it tells nothing apart."
    classes: Json
    "Whether its file is here; else it is downloaded when it is used first."
    isPresent: Boolean!
    "Whether the catalogue says where to get it."
    isDownloadable: Boolean!
    "Null where it is not being downloaded, and was not in vain."
    pull: ModelPull
  }
  "'state': 'running' or 'failed'."
  type ModelPull { state: String! startedMs: Whole! doneBytes: Whole! totalBytes: Whole error: JobError }
  type ModelInput { width: Int! height: Int! }

  "Somebody who may sign in."
  type User {
    id: String!
    name: String!
    role: Role!
    createdMs: Whole!
    "Since when they may do nothing any more."
    disabledMs: Whole
    grants: [Grant!]! @access(area: users, need: administer, stream: none)
  }
  type UserPage { items: [User!]! next: String }
  "What somebody may do with a stream, with all of a site, or with all there are."
  type Grant { scope: GrantScope! scopeId: String! role: Role! createdMs: Whole! }

  "A setting as it holds, and who says so: 'default', 'file', 'api' or 'environment'."
  type Setting {
    key: String!
    value: Json
    from: String!
    inFile: Json
    usual: Json
    "Which variable of the environment says it."
    variable: String
    isChangeable: Boolean!
    needsRestart: Boolean!
  }
  "'restartNeeded': keys that were changed since the start, and hold from the next one on."
  type SettingList { items: [Setting!]! restartNeeded: [String!]! }

  "How this Sightline is."
  type System {
    version: String!
    node: String!
    platform: String!
    startedMs: Whole!
    memoryBytes: Whole!
    "What keeps it from doing all of its work."
    problems: [Problem!]!
    workers: [Worker!]!
    "Workers that ended without being told to: how many, and the last of them."
    workerDeaths: Json!
    "How many wait and how many are worked on."
    jobs: Json!
    "What workers have written down, and how far each sink has read it."
    logs: Json!
    deadLetters: Json!
    kept: Json!
    disks: Json!
  }
  type Problem { part: String! code: String! message: String! sinceMs: Whole! }
  type Worker {
    name: String!
    load: Float!
    pid: Int
    "It has one stream alone, which brought others down."
    isAlone: Boolean!
    streams: [String!]!
    memoryBytes: Whole
    queuedRecords: Whole
  }

  "An event, or a gap: what came after the event 'gapAfter' of the stream is not known any more up to what follows."
  type EventNews {
    stream: String!
    event: Event
    gapAfter: String
  }

  "Where everything is in one frame. Who is slow gets only the newest of each stream."
  type LiveTracks {
    stream: String!
    epoch: Int!
    frame: Whole!
    "Media time of the picture that the boxes were found on."
    ptsMs: Whole!
    outcome: String!
    "From the picture's last byte to these boxes, in milliseconds."
    delayMs: Float!
    tracks: [LiveTrack!]!
  }
  type LiveTrack { trackId: Int! label: String! score: Float! box: Box! }
`
