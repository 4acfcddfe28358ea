import Type from 'typebox'
import { Box } from './geometry.ts'

/** One box in one frame, before tracking. A line of `detections.jsonl` carries those of one frame. */
export const Detection = Type.Object(
  {
    box: Box,
    score: Type.Number({ minimum: 0, maximum: 1 }),
    label: Type.String(),
    /** Facial landmarks, normalised `[x, y]`: right eye, left eye, nose, right and left mouth corner. */
    landmarks: Type.Optional(Type.Array(Type.Tuple([Type.Number(), Type.Number()])))
  },
  { additionalProperties: false }
)
export type Detection = Type.Static<typeof Detection>

export const FrameDetections = Type.Object(
  {
    /** 0-based index among the frames that could be decoded. */
    frame: Type.Integer({ minimum: 0 }),
    /** Media time in milliseconds since the start of the recording. */
    ptsMs: Type.Number(),
    detections: Type.Array(Detection)
  },
  { additionalProperties: false }
)
export type FrameDetections = Type.Static<typeof FrameDetections>
