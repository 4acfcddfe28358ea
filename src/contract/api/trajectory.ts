import Type from 'typebox'
import { Box, Name, Point } from '../geometry.ts'
import { Anchor } from '../measure-definition.ts'
import { FrameOutcome } from '../track.ts'
import { closed, Epoch, TrackId, WallMs, Word } from './fields.ts'

/** Which frames: half-open, from `fromMs` to before `toMs`. */
export const FrameQuery = Type.Object(
  { stream: Name, epoch: Type.Optional(Epoch), fromMs: WallMs, toMs: WallMs },
  closed
)
export type FrameQuery = Type.Static<typeof FrameQuery>

/** A frame, and where everything was in it. */
export const Frame = Type.Object(
  {
    stream: Name,
    epoch: Epoch,
    atMs: Type.Integer(),
    frame: Type.Integer({ minimum: 0 }),
    ptsMs: Type.Integer(),
    outcome: FrameOutcome,
    tracks: Type.Array(
      Type.Object(
        {
          trackId: TrackId,
          label: Type.String(),
          score: Type.Number(),
          /** False where it was carried or predicted. */
          observed: Type.Boolean(),
          box: Box
        },
        closed
      )
    )
  },
  { ...closed, title: 'Frame' }
)
export type Frame = Type.Static<typeof Frame>

/** Who was where, and when? */
export const RegionQuestion = Type.Object(
  {
    streams: Type.Array(Name, { minItems: 1, maxItems: 100 }),
    epoch: Type.Optional(Epoch),
    fromMs: WallMs,
    toMs: WallMs,
    area: Type.Union([
      Type.Object(
        {
          x: Type.Number({ minimum: -10, maximum: 10 }),
          y: Type.Number({ minimum: -10, maximum: 10 }),
          w: Type.Number({ exclusiveMinimum: 0, maximum: 20 }),
          h: Type.Number({ exclusiveMinimum: 0, maximum: 20 })
        },
        closed
      ),
      Type.Array(Point, { minItems: 3, maxItems: 64 })
    ]),
    anchor: Type.Optional(Anchor),
    labels: Type.Optional(Type.Array(Word, { maxItems: 100 })),
    bucketMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_622_400_000 }))
  },
  { ...closed, title: 'RegionQuestion' }
)
export type RegionQuestion = Type.Static<typeof RegionQuestion>

const count = Type.Integer({ minimum: 0 })

export const RegionAnswer = Type.Object(
  {
    /** Rows of frames whose anchor lay within. */
    points: count,
    /** In the order in which they were first within, stream by stream. */
    tracks: Type.Array(
      Type.Object(
        {
          stream: Name,
          epoch: Epoch,
          trackId: TrackId,
          label: Type.String(),
          firstMs: Type.Number(),
          lastMs: Type.Number(),
          points: count
        },
        closed
      )
    ),
    /** Those that are not empty; none without `bucketMs`. */
    buckets: Type.Array(Type.Object({ atMs: Type.Number(), points: count, tracks: count }, closed))
  },
  { ...closed, title: 'RegionAnswer' }
)
export type RegionAnswer = Type.Static<typeof RegionAnswer>
