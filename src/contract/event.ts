import Type from 'typebox'
import { Box, Name } from './geometry.ts'

/** Raised when an event's meaning changes. Readers accept every released version. */
export const eventVersion = 1

const header = {
  version: Type.Literal(eventVersion),
  /** `stream/epoch/measure@version/subject/kind/n`: a replay writes the same ids, so every sink can deduplicate on them. */
  id: Type.String(),
  stream: Name,
  /** Grows at each restart of the stream, so that track ids are never reused. */
  epoch: Type.Integer({ minimum: 1 }),
  frame: Type.Integer({ minimum: 0 }),
  ptsMs: Type.Integer()
}
const track = { trackId: Type.Integer({ minimum: 1 }), label: Type.String(), box: Box }
const closed = { additionalProperties: false }

export const TrackStarted = Type.Object({ ...header, kind: Type.Literal('track-started'), ...track }, closed)

export const TrackEnded = Type.Object(
  {
    ...header,
    kind: Type.Literal('track-ended'),
    ...track,
    /** `lost`: unseen for longer than the tracker waits. `end`: the recording ended. */
    reason: Type.Union([Type.Literal('lost'), Type.Literal('end')]),
    /** First to last observation, in milliseconds. */
    durationMs: Type.Integer({ minimum: 0 })
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

export const ZoneEntered = Type.Object({ ...header, kind: Type.Literal('zone-entered'), zoneId: Name, ...track }, closed)

export const ZoneLeft = Type.Object(
  {
    ...header,
    kind: Type.Literal('zone-left'),
    zoneId: Name,
    ...track,
    /** Time inside, in milliseconds. */
    dwellMs: Type.Integer({ minimum: 0 })
  },
  closed
)

/** Everything that can happen. Shared by the log, every sink, the API and the page. */
export const Event = Type.Union([TrackStarted, TrackEnded, LineCrossed, ZoneEntered, ZoneLeft])
export type Event = Type.Static<typeof Event>
export type EventKind = Event['kind']

/** Where an event comes from, apart from what happened. */
export interface EventOrigin {
  readonly stream: string
  readonly epoch: number
  /** `measure@version`, such as `line.door@1`; `tracker@1` for a track's life. */
  readonly measure: string
  /** What it happened to: `track-7`. */
  readonly subject: string
  readonly kind: EventKind
  /** How many of this kind this subject had before at this measure, from 1. */
  readonly n: number
}

/** The id by which every sink deduplicates. No clock, no random number: the same frames give the same ids. */
export function eventId({ stream, epoch, measure, subject, kind, n }: EventOrigin): string {
  return `${stream}/${epoch}/${measure}/${subject}/${kind}/${n}`
}
