import Type from 'typebox'
import { Name } from '../geometry.ts'
import { StateMessage } from '../live.ts'
import { closed, Key, WallMs } from './fields.ts'

export const StreamQuery = Type.Object(
  {
    site: Type.Optional(Key),
    live: Type.Optional(Type.Boolean({ description: 'Live sources alone, or streams of recordings alone.' })),
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'Part of a name or a title; letters’ case is no matter.'
      })
    )
  },
  closed
)
export type StreamQuery = Type.Static<typeof StreamQuery>

const counts = Type.Record(Type.String(), Type.Number())

/** What has come of a live stream since its worker began. */
export const StreamFigures = Type.Object(
  {
    /** By outcome. */
    frames: counts,
    /** By kind. */
    events: counts,
    bytes: Type.Number(),
    lostPackets: Type.Number(),
    /** Attempts at its source that failed. */
    failures: Type.Number(),
    lostRecords: Type.Number()
  },
  { ...closed, title: 'StreamFigures' }
)
export type StreamFigures = Type.Static<typeof StreamFigures>

/** A live source, or the stream of a recording. */
export const StreamItem = Type.Object(
  {
    name: Name,
    title: Type.String(),
    site: Type.Union([Key, Type.Null()]),
    /** Where it comes from, without passwords; null for a recording. */
    source: Type.Union([Type.String(), Type.Null()]),
    createdMs: WallMs,
    /** How it is now; null where nothing of it is running here. */
    state: Type.Union([StateMessage, Type.Null()]),
    figures: Type.Union([StreamFigures, Type.Null()])
  },
  { ...closed, title: 'Stream' }
)
export type StreamItem = Type.Static<typeof StreamItem>

export const StreamName = Type.Object({ stream: Name }, closed)
