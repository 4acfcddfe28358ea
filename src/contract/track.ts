import Type from 'typebox'
import { Box } from './geometry.ts'

/** Trackers hand boxes over in this part of the frame's width or height, and scores in this part of 1: as they are stored. */
export const boxQuanta = 4096
export const scoreQuanta = 1000

/** One object in one frame, as the tracker hands it over: already quantised (1/4096 of the frame, 1/1000, 1 ms). */
export const TrackedBox = Type.Object(
  {
    trackId: Type.Integer({ minimum: 1 }),
    box: Box,
    score: Type.Number({ minimum: 0, maximum: 1 }),
    label: Type.String(),
    /** True when a detection of this very frame supports the box; false when it was carried or predicted. */
    observed: Type.Boolean()
  },
  { additionalProperties: false }
)
export type TrackedBox = Type.Static<typeof TrackedBox>

/**
 * Why a frame has the tracks it has. `analysed`: the detector saw it. `gated`: nothing moved, so what was
 * there is there unchanged. `skipped`: left out by `--every`; boxes are the tracker's prediction.
 */
export const FrameOutcome = Type.Union([Type.Literal('analysed'), Type.Literal('gated'), Type.Literal('skipped')])
export type FrameOutcome = Type.Static<typeof FrameOutcome>

export const FrameTracks = Type.Object(
  {
    frame: Type.Integer({ minimum: 0 }),
    ptsMs: Type.Integer(),
    outcome: FrameOutcome,
    tracks: Type.Array(TrackedBox)
  },
  { additionalProperties: false }
)
export type FrameTracks = Type.Static<typeof FrameTracks>
