import Type from 'typebox'
import { Box, Name } from './geometry.ts'

/** Raised when an event's meaning changes. Readers accept every released version. */
export const eventVersion = 1

const count = Type.Integer({ minimum: 0 })
const duration = Type.Integer({ minimum: 0 })
const header = {
  version: Type.Literal(eventVersion),
  /** `stream/epoch/measure@version/subject/kind/n`: a replay writes the same ids, so every sink can deduplicate on them. */
  id: Type.String(),
  stream: Name,
  /** Grows at each restart of the stream, so that track ids are never reused. */
  epoch: Type.Integer({ minimum: 1 }),
  frame: count,
  ptsMs: Type.Integer()
}
const trackId = Type.Integer({ minimum: 1 })
const track = { trackId, label: Type.String(), box: Box }
const closed = { additionalProperties: false }

export const TrackStarted = Type.Object({ ...header, kind: Type.Literal('track-started'), ...track }, closed)

export const TrackEnded = Type.Object(
  {
    ...header,
    kind: Type.Literal('track-ended'),
    ...track,
    /**
     * `lost`: unseen for longer than the tracker waits. `cut`: the picture shows another scene from here on. `end`: the
     * recording, or the source's connection, ended.
     * `restart`: whoever followed it crashed, and this is the last that is known.
     */
    reason: Type.Union([Type.Literal('lost'), Type.Literal('cut'), Type.Literal('end'), Type.Literal('restart')]),
    /** First to last observation, in milliseconds. */
    durationMs: duration
  },
  closed
)

export const LineCrossed = Type.Object(
  {
    ...header,
    kind: Type.Literal('line-crossed'),
    lineId: Name,
    ...track,
    /** `in`: from the left to the right of someone walking the line from its first point to its last. */
    direction: Type.Union([Type.Literal('in'), Type.Literal('out')])
  },
  closed
)

export const ZoneEntered = Type.Object(
  {
    ...header,
    kind: Type.Literal('zone-entered'),
    zoneId: Name,
    ...track,
    /** Where from; left out for a track that appeared within. */
    entry: Type.Optional(
      Type.Object(
        {
          /** The zone's edge that was crossed: edge i runs from point i to the next, counted from 0. */
          edge: count,
          /** Degrees clockwise from upwards in the picture, as it looks: 90 is to the right. */
          heading: Type.Number({ minimum: 0, exclusiveMaximum: 360 })
        },
        closed
      )
    )
  },
  closed
)

export const ZoneLeft = Type.Object(
  {
    ...header,
    kind: Type.Literal('zone-left'),
    zoneId: Name,
    ...track,
    /** Time inside, in milliseconds. */
    dwellMs: duration
  },
  closed
)

export const DwellExceeded = Type.Object(
  { ...header, kind: Type.Literal('dwell-exceeded'), zoneId: Name, ...track, thresholdMs: duration },
  closed
)

export const CrowdFormed = Type.Object(
  { ...header, kind: Type.Literal('crowd-formed'), zoneId: Name, occupancy: count },
  closed
)

export const CrowdDispersed = Type.Object(
  {
    ...header,
    kind: Type.Literal('crowd-dispersed'),
    zoneId: Name,
    occupancy: count,
    /** Most that were inside while it was a crowd. */
    peakOccupancy: count,
    /** From `crowd-formed` to here. */
    durationMs: duration
  },
  closed
)

export const DirectionViolated = Type.Object(
  {
    ...header,
    kind: Type.Literal('direction-violated'),
    ruleId: Name,
    ...track,
    /** Degrees between the way taken and the allowed one. */
    deviation: Type.Number({ minimum: 0, maximum: 180 })
  },
  closed
)

export const TracksMet = Type.Object(
  {
    ...header,
    kind: Type.Literal('tracks-met'),
    ruleId: Name,
    ...track,
    /** The one of the two with the higher id. */
    other: Type.Object(track, closed),
    /** How far apart they are, in `unit`. */
    distance: Type.Number({ minimum: 0 }),
    unit: Type.Union([Type.Literal('metres'), Type.Literal('box-heights')])
  },
  closed
)

export const TrackStopped = Type.Object(
  {
    ...header,
    kind: Type.Literal('track-stopped'),
    ruleId: Name,
    ...track,
    /** How long it has stood when this is said. */
    stoppedMs: duration
  },
  closed
)

export const ObjectLeft = Type.Object(
  {
    ...header,
    kind: Type.Literal('object-left'),
    ruleId: Name,
    ...track,
    /** How long it has stood when this is said. */
    stoppedMs: duration
  },
  closed
)

export const ObjectRemoved = Type.Object(
  { ...header, kind: Type.Literal('object-removed'), ruleId: Name, ...track },
  closed
)

/** A live source's pictures come: the first event of an epoch. */
export const StreamUp = Type.Object(
  {
    ...header,
    kind: Type.Literal('stream-up'),
    /** `started`: for the first time. `returned`: after it was down. `changed`: it goes on with pictures of another size. */
    reason: Type.Union([Type.Literal('started'), Type.Literal('returned'), Type.Literal('changed')]),
    /** Upright pixels. */
    width: Type.Integer({ minimum: 1 }),
    height: Type.Integer({ minimum: 1 }),
    codec: Type.String()
  },
  closed
)

/** They come no more: the last event of an epoch. */
export const StreamDown = Type.Object(
  {
    ...header,
    kind: Type.Literal('stream-down'),
    /** A code such as `SL_INPUT_TIMEOUT`; `SL_CANCELLED` where somebody wanted it so. */
    reason: Type.String(),
    /** The same for people. */
    message: Type.String({ maxLength: 1000 })
  },
  closed
)

/** Everything that can happen. Shared by the log, every sink, the API and the page. */
export const Event = Type.Union(
  [
    TrackStarted,
    TrackEnded,
    LineCrossed,
    ZoneEntered,
    ZoneLeft,
    DwellExceeded,
    CrowdFormed,
    CrowdDispersed,
    DirectionViolated,
    TracksMet,
    TrackStopped,
    ObjectLeft,
    ObjectRemoved,
    StreamUp,
    StreamDown
  ],
  { title: 'Event' }
)
export type Event = Type.Static<typeof Event>
export type EventKind = Event['kind']

/** Where an event comes from, apart from what happened. */
export interface EventOrigin {
  readonly stream: string
  readonly epoch: number
  /** `measure@version`, such as `line.door@5f0c2a91`; `tracker@1` for a track's life. */
  readonly measure: string
  /** What it happened to: `track-7`, `tracks-7-9`, `zone`, `stream`. */
  readonly subject: string
  readonly kind: string
  /** How many of this kind this subject had before at this measure, from 1. */
  readonly n: number
}

/** The id by which every sink deduplicates. No clock, no random number: the same frames give the same ids. */
export function eventId({ stream, epoch, measure, subject, kind, n }: EventOrigin): string {
  return `${stream}/${epoch}/${measure}/${subject}/${kind}/${n}`
}
