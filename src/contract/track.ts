import Type from 'typebox'

/** Trackers hand boxes over in this part of the frame's width or height, and scores in this part of 1: as they are stored. */
export const boxQuanta = 4096
export const scoreQuanta = 1000

/**
 * Why a frame has the tracks it has. `analysed`: the detector saw it. `gated`: nothing moved, so what was
 * there is there unchanged. `skipped`: left out by `--every`; boxes are the tracker's prediction.
 */
export const FrameOutcome = Type.Union([Type.Literal('analysed'), Type.Literal('gated'), Type.Literal('skipped')])
export type FrameOutcome = Type.Static<typeof FrameOutcome>
