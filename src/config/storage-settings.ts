import Type from 'typebox'
import { Name } from '../contract/geometry.ts'

const closed = { additionalProperties: false }

const Age = Type.String({
  pattern: '^([1-9]\\d{0,5}(\\.\\d+)? ?(min|h|d|w|y)|forever)$',
  description: 'a time such as 36h, 30d, 8w or 2y, or forever'
})
export const Bytes = Type.Union(
  [Type.Integer({ minimum: 0 }), Type.String({ pattern: '^(\\d{1,12}(\\.\\d+)? ?(kB|MB|GB|TB)|unlimited)$' })],
  { description: 'a size such as 500MB or 2TB, a number of bytes, or unlimited' }
)
const Share = Type.Number({ minimum: 0.01, maximum: 1, description: 'a share of the disk between 0.01 and 1' })

/** An age alone, or an age and a size. */
const Rule = Type.Union([Age, Type.Object({ keep: Type.Optional(Age), atMost: Type.Optional(Bytes) }, closed)], {
  description: 'a time such as 30d, or settings with `keep` (a time) and `atMost` (a size)'
})

/** What each kind is, for the settings' own documentation. */
const rules = {
  /** Line crossings, visits and everything else that happened. */
  events: Type.Optional(Rule),
  /** One row for each track. */
  tracks: Type.Optional(Rule),
  /** Where everything was at each moment: what lines drawn later are counted on. The largest of the numbers. */
  trajectories: Type.Optional(Rule),
  /** Measures by the minute, such as how full a zone was. */
  samples: Type.Optional(Rule),
  /** How many events of each kind there were in each minute. */
  counts: Type.Optional(Rule),
  /** The same in each hour: smaller, for questions over years. */
  hourlyCounts: Type.Optional(Rule),
  /** Best pictures of tracks, and crops. */
  snapshots: Type.Optional(Rule),
  clips: Type.Optional(Rule),
  /** The videos that people sent. Their results stay. */
  uploads: Type.Optional(Rule),
  /** Files made for downloading, and reports. */
  exports: Type.Optional(Rule),
  /** Jobs that have ended. */
  jobs: Type.Optional(Rule),
  /** Who did what. */
  audit: Type.Optional(Rule)
}

/** The section `retention` of sightline.yaml: what is thrown away, and when. */
export const RetentionSettings = Type.Object(
  {
    ...rules,
    /** By stream: what differs there. A size counts for this stream alone. */
    streams: Type.Optional(Type.Record(Name, Type.Object(rules, closed), closed)),
    /** What each place may take. The oldest goes first. */
    budgets: Type.Optional(
      Type.Object(
        {
          /** Records on their way into the store and to the buses. */
          log: Type.Optional(Bytes),
          store: Type.Optional(Bytes),
          /** Snapshots, clips, uploads and exports. */
          media: Type.Optional(Bytes)
        },
        closed
      )
    ),
    /** From which share of a disk in use something is done about it. Detection goes on in any case. */
    disk: Type.Optional(
      Type.Object(
        {
          prune: Type.Optional(Share),
          stopClips: Type.Optional(Share),
          stopUploads: Type.Optional(Share),
          /** How far below its limit each has to get before it ends. */
          relief: Type.Optional(
            Type.Number({ minimum: 0.001, maximum: 0.5, description: 'a share from 0.001 to 0.5' })
          ),
          /** What is younger is never removed because a disk is full. */
          untouched: Type.Optional(Age)
        },
        closed
      )
    )
  },
  closed
)
export type RetentionSettings = Type.Static<typeof RetentionSettings>

/** The section `data`: where everything is kept. The database's address has a password: it comes from the environment. */
export const DataSettings = Type.Object(
  {
    folder: Type.Optional(Type.String({ minLength: 1, description: 'the path of a folder' }))
  },
  closed
)
export type DataSettings = Type.Static<typeof DataSettings>
