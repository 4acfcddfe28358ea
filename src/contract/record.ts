import Type from 'typebox'
import { Event } from './event.ts'
import { Box, Name } from './geometry.ts'
import { TrajectoryHeader } from './trajectory.ts'

/** Raised when a record's meaning changes. Readers accept every released version. */
export const recordVersion = 1

const closed = { additionalProperties: false }
const count = Type.Integer({ minimum: 0 })
const wallMs = Type.Integer()
const origin = {
  /** Unique within its type: a sink that has seen it keeps what it has. */
  id: Type.String({ minLength: 1, maxLength: 512 }),
  stream: Name,
  epoch: Type.Integer({ minimum: 1 }),
  /** Wall time of what it tells of, in epoch milliseconds: of media time 0 plus its own media time, never a clock's. */
  atMs: wallMs
}

/** Something happened. `id` is the event's own. */
export const EventRecord = Type.Object({ type: Type.Literal('event'), ...origin, body: Event }, closed)
export type EventRecord = Type.Static<typeof EventRecord>

/** A track that ended: what tables of tracks show without decoding trajectories. */
export const StoredTrack = Type.Object(
  {
    trackId: Type.Integer({ minimum: 1 }),
    label: Type.String(),
    /** Mean score of its detections; 0 where a crash left none to know. */
    score: Type.Number({ minimum: 0, maximum: 1 }),
    /** Frames with a detection of it. */
    detections: count,
    /** Media time of its first and last observation. */
    firstPtsMs: Type.Integer(),
    lastPtsMs: Type.Integer(),
    firstBox: Box,
    lastBox: Box,
    /** What its boxes cover in all. */
    bounds: Box,
    /** SHA-256 of its best crop among the assets; null where there is none. */
    snapshot: Type.Union([Type.String({ pattern: '^[0-9a-f]{64}$' }), Type.Null()])
  },
  closed
)
export type StoredTrack = Type.Static<typeof StoredTrack>

/** `id`: `stream/epoch/track`. `atMs`: of the first observation. */
export const TrackRecord = Type.Object({ type: Type.Literal('track'), ...origin, body: StoredTrack }, closed)
export type TrackRecord = Type.Static<typeof TrackRecord>

/**
 * What a track that ended looked like, for streams whose site knows people again. It says who somebody is as a fingerprint does: it is
 * kept for as long as they may be known again, and no longer. `id` and `atMs` are those of its track.
 */
export const LookRecord = Type.Object(
  {
    type: Type.Literal('look'),
    ...origin,
    body: Type.Object(
      {
        trackId: Type.Integer({ minimum: 1 }),
        label: Type.String(),
        /** Name of the model that made it: vectors of two models have nothing to do with each other. */
        model: Type.String({ minLength: 1, maxLength: 512 }),
        firstPtsMs: Type.Integer(),
        lastPtsMs: Type.Integer(),
        /** The vector, a signed byte for each number, in Base64. */
        look: Type.String({ minLength: 4, maxLength: 16_384, pattern: '^[A-Za-z0-9+/]+={0,2}$' })
      },
      closed
    )
  },
  closed
)
export type LookRecord = Type.Static<typeof LookRecord>

/** What the chunks after it are to be read with. `id`: `stream/epoch`. `atMs`: of media time 0. */
export const TrajectoryHeadRecord = Type.Object(
  { type: Type.Literal('trajectory-head'), ...origin, body: TrajectoryHeader },
  closed
)
export type TrajectoryHeadRecord = Type.Static<typeof TrajectoryHeadRecord>

/** What can be known of a chunk without decoding it. */
export const TrajectoryChunkFacts = Type.Object(
  {
    minPtsMs: Type.Number(),
    maxPtsMs: Type.Number(),
    frames: count,
    points: count,
    /** What all its boxes cover, normalised; width and height 0 where it has no points. */
    bounds: Box
  },
  closed
)
export type TrajectoryChunkFacts = Type.Static<typeof TrajectoryChunkFacts>

/**
 * Tracks of up to a minute, as `bytes`: the payload of one part of docs/spec/trajectories.md.
 * `id`: `stream/epoch/n`, n from 1. `atMs`: of `minPtsMs`.
 */
export const TrajectoryRecord = Type.Object(
  { type: Type.Literal('trajectory'), ...origin, body: TrajectoryChunkFacts, bytes: Type.Unsafe<Uint8Array>({}) },
  closed
)
export type TrajectoryRecord = Type.Static<typeof TrajectoryRecord>

/** Numbers of a measure over one minute, such as a zone's occupancy. */
export const MeasureSample = Type.Object(
  {
    /** `line.door`, `zone.hall`. */
    measure: Type.String({ minLength: 1, maxLength: 128 }),
    /** What was measured: `occupancy`. */
    name: Type.String({ minLength: 1, maxLength: 64 }),
    count,
    sum: Type.Number(),
    min: Type.Number(),
    max: Type.Number()
  },
  closed
)
export type MeasureSample = Type.Static<typeof MeasureSample>

/** `id`: `stream/epoch/measure/name/minute`. `atMs`: of the minute's begin. */
export const SampleRecord = Type.Object({ type: Type.Literal('sample'), ...origin, body: MeasureSample }, closed)
export type SampleRecord = Type.Static<typeof SampleRecord>

/** Everything a worker hands over for keeping. Shared by the log and its sinks. */
export const LogRecord = Type.Union([
  EventRecord,
  TrackRecord,
  LookRecord,
  TrajectoryHeadRecord,
  TrajectoryRecord,
  SampleRecord
])
export type LogRecord = Type.Static<typeof LogRecord>
export type RecordType = LogRecord['type']

/** Whether an id begins with `stream/epoch/`. Looks without making that text: every record comes by here. */
export function isIdOf(id: string, stream: string, epoch: number): boolean {
  return id.startsWith(stream) && id[stream.length] === '/' && id.startsWith(`${epoch}/`, stream.length + 1)
}
