import Type from 'typebox'
import { Event } from './event.ts'
import { Name } from './geometry.ts'
import { FrameOutcome } from './track.ts'

const closed = { additionalProperties: false }
const pts = Type.Integer({ minimum: 0 })

/** What a stream is doing. `paused`: told to rest; `waiting`: its source failed, and is tried again; `failed`: given up. */
export const streamStates = ['connecting', 'up', 'waiting', 'paused', 'failed'] as const

/** How a stream is now: said when somebody subscribes, and at each change. */
export const StateMessage = Type.Object(
  {
    type: Type.Literal('state'),
    stream: Name,
    title: Type.String(),
    state: Type.Enum(streamStates),
    sinceMs: Type.Integer(),
    /** Why, where it is not up: a code for programs and a sentence for people. */
    code: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
    /** Of what it shows, once that is known. */
    epoch: Type.Optional(Type.Integer({ minimum: 1 })),
    width: Type.Optional(Type.Integer({ minimum: 1 })),
    height: Type.Optional(Type.Integer({ minimum: 1 })),
    codec: Type.Optional(Type.String()),
    /** Why viewers get another encoding than the source's, where they do. */
    transcoded: Type.Optional(Type.String()),
    /** What finds things in it, and what is to be known about that, as a sentence. */
    detector: Type.Optional(Type.String()),
    notice: Type.Optional(Type.String()),
    /** Wall time of media time 0. */
    baseMs: Type.Optional(Type.Integer()),
    /** Where it counts and watches, as the page draws it: normalised points by name. */
    lines: Type.Optional(Type.Record(Name, Type.Array(Type.Tuple([Type.Number(), Type.Number()])))),
    zones: Type.Optional(Type.Record(Name, Type.Array(Type.Tuple([Type.Number(), Type.Number()])))),
    /** What people call what is measured, where they call it something: by `line.door`, `zone.hall` and so on. */
    titles: Type.Optional(Type.Record(Type.String(), Type.String()))
  },
  closed
)
export type StateMessage = Type.Static<typeof StateMessage>

/** A track's box in one frame: `[id, class, score, x, y, w, h]`, normalised; class is an index into `labels`. */
export const TrackRow = Type.Tuple([
  Type.Integer({ minimum: 1 }),
  Type.Integer({ minimum: 0 }),
  Type.Number(),
  Type.Number(),
  Type.Number(),
  Type.Number(),
  Type.Number()
])
export type TrackRow = Type.Static<typeof TrackRow>

/** Where everything is in one frame. A viewer that is slow gets only the newest of each stream. */
export const TracksMessage = Type.Object(
  {
    type: Type.Literal('tracks'),
    stream: Name,
    epoch: Type.Integer({ minimum: 1 }),
    frame: pts,
    /** Media time of the very picture that the boxes were found on. */
    ptsMs: pts,
    outcome: FrameOutcome,
    /** From the picture's last byte to these boxes, in milliseconds. */
    delayMs: Type.Number({ minimum: 0 }),
    labels: Type.Array(Type.String()),
    tracks: Type.Array(TrackRow)
  },
  closed
)
export type TracksMessage = Type.Static<typeof TracksMessage>

/** Something happened. Its id is the cursor: `after` in a subscription goes on behind it. */
export const EventMessage = Type.Object(
  {
    type: Type.Literal('event'),
    /** Wall time, in epoch milliseconds. */
    atMs: Type.Integer(),
    event: Event
  },
  closed
)
export type EventMessage = Type.Static<typeof EventMessage>

/** Events after `after` are not known any more, or never were: what follows begins with the next that happens. */
export const GapMessage = Type.Object({ type: Type.Literal('gap'), stream: Name, after: Type.String() }, closed)
export type GapMessage = Type.Static<typeof GapMessage>

/**
 * Of a viewing session: the picture with this RTP timestamp (90 kHz, 32 bits) has this media time, and those before
 * and after it accordingly, until the next such message.
 */
export const ClockMessage = Type.Object(
  {
    type: Type.Literal('clock'),
    session: Type.String(),
    stream: Name,
    epoch: Type.Integer({ minimum: 1 }),
    rtpTimestamp: Type.Integer({ minimum: 0, maximum: 0xffff_ffff }),
    ptsMs: pts
  },
  closed
)
export type ClockMessage = Type.Static<typeof ClockMessage>

export const LiveErrorMessage = Type.Object(
  { type: Type.Literal('error'), code: Type.String(), message: Type.String() },
  closed
)
export type LiveErrorMessage = Type.Static<typeof LiveErrorMessage>

/** What the server says on `/api/v1/live`. */
export const LiveMessage = Type.Union([
  StateMessage,
  TracksMessage,
  EventMessage,
  GapMessage,
  ClockMessage,
  LiveErrorMessage
])
export type LiveMessage = Type.Static<typeof LiveMessage>

/** Replaces what the socket was subscribed to before. */
export const SubscribeRequest = Type.Object(
  {
    type: Type.Literal('subscribe'),
    /** Left out: all that there are and will be. */
    streams: Type.Optional(Type.Array(Name, { maxItems: 1000 })),
    /** `tracks`, `state` and kinds of events; left out: all. */
    kinds: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64 })),
    /** By stream, the id of the last event that was received: what came after it is sent first. */
    after: Type.Optional(Type.Record(Name, Type.String({ minLength: 1, maxLength: 512 })))
  },
  closed
)
export type SubscribeRequest = Type.Static<typeof SubscribeRequest>

/** Asks for the `clock` of viewing sessions that this client has open; replaces those asked for before. */
export const ViewRequest = Type.Object(
  { type: Type.Literal('view'), sessions: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 64 }) },
  closed
)
export type ViewRequest = Type.Static<typeof ViewRequest>

/** What a client says on `/api/v1/live`. */
export const LiveRequest = Type.Union([SubscribeRequest, ViewRequest])
export type LiveRequest = Type.Static<typeof LiveRequest>
