/** What can be asked, done and followed. Arguments are those of the same lists of `/api/v1`; pages have at most 1000 items. */
export const operationDefinitions = /* GraphQL */ `
  type Query {
    sites(limit: Int, cursor: String): SitePage @access(area: streams, need: view, stream: none)
    site(id: String!): Site @access(area: streams, need: view, stream: found)
    streams(site: String, live: Boolean, search: String, limit: Int, cursor: String): StreamPage
      @access(area: streams, need: view, stream: none)
    stream(stream: String!): Stream @access(area: streams, need: view, stream: each)
    recordings(stream: [String!], fromMs: Whole, toMs: Whole, limit: Int, cursor: String): RecordingPage
      @access(area: recordings, need: view, stream: none)
    recording(id: String!): Recording @access(area: recordings, need: view, stream: found)
    reports(stream: [String!], fromMs: Whole, toMs: Whole, limit: Int, cursor: String): ReportPage
      @access(area: recordings, need: view, stream: none)
    "'id' is the recording's."
    report(id: String!): ReportWithSummary @access(area: recordings, need: view, stream: found)
    clips(stream: [String!], fromMs: Whole, toMs: Whole, limit: Int, cursor: String): ClipPage
      @access(area: recordings, need: view, stream: none)
    clip(id: String!): Clip @access(area: recordings, need: view, stream: found)
    events(
      stream: [String!]
      kind: [String!]
      measure: [String!]
      label: [String!]
      "Of one track: stream, epoch and number, such as 'yard/3/17'."
      track: String
      fromMs: Whole
      toMs: Whole
      order: Order
      limit: Int
      cursor: String
    ): EventPage @access(area: events, need: view, stream: none)
    event(id: String!): Event @access(area: events, need: view, stream: found)
    "How many events there were in each period. 'fromMs' and 'toMs' are whole minutes."
    eventCounts(
      stream: [String!]
      kind: [String!]
      measure: [String!]
      label: [String!]
      direction: [Direction!]
      fromMs: Whole!
      toMs: Whole!
      period: Period!
      utcOffsetMinutes: Int
      groupBy: [Dimension!]
      fill: Boolean
    ): [EventCount!] @access(area: events, need: view, stream: none)
    "Tracks that have ended; times are those of their begin."
    tracks(
      stream: [String!]!
      label: [String!]
      epoch: Int
      fromMs: Whole
      toMs: Whole
      order: Order
      limit: Int
      cursor: String
    ): TrackPage @access(area: tracks, need: view, stream: none)
    track(stream: String!, epoch: Int!, track: Int!): Track @access(area: tracks, need: view, stream: each)
    measures(stream: String!, retired: Boolean): [Measure!] @access(area: tracks, need: view, stream: each)
    measureSamples(
      stream: String!
      measure: [String!]
      name: [String!]
      fromMs: Whole!
      toMs: Whole!
      period: Period!
      utcOffsetMinutes: Int
    ): [PeriodSample!] @access(area: tracks, need: view, stream: each)
    jobs(stream: [String!], state: [JobState!], kind: String, limit: Int, cursor: String): JobPage
      @access(area: jobs, need: view, stream: none)
    job(id: String!): Job @access(area: jobs, need: view, stream: found)
    models: [Model!] @access(area: models, need: view, stream: none)
    model(name: String!): Model @access(area: models, need: view, stream: none)
    users(limit: Int, cursor: String): UserPage @access(area: users, need: administer, stream: none)
    user(id: String!): User @access(area: users, need: administer, stream: none)
    settings: SettingList @access(area: settings, need: administer, stream: none)
    system: System @access(area: system, need: administer, stream: none)
  }

  "An analysis that is to be done. Either 'recording' or 'upload' says of what."
  input NewJob {
    recording: String
    upload: String
    title: String
    "Keeps the results with this stream, as its next epoch; a stream of its own unless said."
    stream: String
    priority: Int
    "Also a video with boxes and counts in it."
    annotate: Boolean
    fromSeconds: Float
    toSeconds: Float
    minScore: Float
    "Fields of 'analysis' in the settings file, which say how."
    settings: Json
  }

  type Mutation {
    "'definition' is what 'POST /api/v1/streams' takes. Whoever adds a stream may operate it."
    addStream(definition: Json!): Stream @access(area: streams, need: operate, stream: none)
    "'change' is what 'PATCH /api/v1/streams/…' takes: what is left out stays, null makes it as usual again."
    changeStream(stream: String!, change: Json!): Stream @access(area: streams, need: operate, stream: each)
    "Fetches nothing until it is resumed."
    pauseStream(stream: String!): Stream @access(area: streams, need: operate, stream: each)
    "Also tries one at once whose source failed."
    resumeStream(stream: String!): Stream @access(area: streams, need: operate, stream: each)
    "What it found stays until retention takes it. Gives its name."
    removeStream(stream: String!): String @access(area: streams, need: operate, stream: each)
    createJob(job: NewJob!): Job @access(area: jobs, need: operate, stream: none)
    "Has it stop; one that has ended stays as it is."
    cancelJob(id: String!): Job @access(area: jobs, need: operate, stream: found)
  }

  "The last event of a stream that was received."
  input EventPlace { stream: String! id: String! }

  type Subscription {
    """
    Events as they happen: of the streams that are named, and ends once one of them may not be seen; else of all that may be
    seen. 'after': what came after these is told first.
    """
    events(stream: [String!], kind: [String!], after: [EventPlace!]): EventNews!
      @access(area: live, need: view, stream: none)
    tracks(stream: String!): LiveTracks! @access(area: live, need: view, stream: each)
    "A job now, and at each change until it has ended."
    jobProgress(id: String!): Job! @access(area: jobs, need: view, stream: found)
  }
`
