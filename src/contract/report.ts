import Type from 'typebox'

const closed = { additionalProperties: false }
const count = Type.Integer({ minimum: 0 })
const duration = Type.Number({ minimum: 0 })

/** Raised when a field's meaning changes. Readers accept every released version. */
export const summaryVersion = 1

/** What was analysed, as the file itself says. */
export const InputFacts = Type.Object(
  {
    /** Path, or URL without credentials, or `-`. */
    source: Type.String(),
    /** Null where it cannot be known (standard input). */
    sizeBytes: Type.Union([count, Type.Null()]),
    /** FFmpeg's short name: `mp4`, `matroska`, `image-folder`. */
    container: Type.String(),
    /** FFmpeg's short name: `h264`, `hevc`, `av1`. */
    codec: Type.String(),
    /** Upright pixels: after the rotation. */
    width: Type.Integer({ minimum: 1 }),
    height: Type.Integer({ minimum: 1 }),
    /** Mean frame rate; null where the container does not say. */
    fps: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
    durationMs: Type.Union([duration, Type.Null()]),
    /** Degrees clockwise that the picture was turned by to stand upright. */
    rotation: Type.Union([Type.Literal(0), Type.Literal(90), Type.Literal(180), Type.Literal(270)]),
    /** True when the file ends before its container says it should: the readable part was analysed. */
    truncated: Type.Boolean()
  },
  closed
)
export type InputFacts = Type.Static<typeof InputFacts>

/** `read` = `analysed` + `gated` + `skipped`. Broken frames could not be decoded and are not among those read. */
export const FrameCounts = Type.Object(
  { read: count, analysed: count, gated: count, skipped: count, droppedBroken: count },
  closed
)
export type FrameCounts = Type.Static<typeof FrameCounts>

export const LabelCounts = Type.Object(
  {
    /** Tracks whose final label this is. */
    tracks: count,
    /** Most of them in one frame. */
    peakConcurrent: count
  },
  closed
)
export type LabelCounts = Type.Static<typeof LabelCounts>

export const LineTotals = Type.Object({ in: count, out: count }, closed)
export type LineTotals = Type.Static<typeof LineTotals>

export const ZoneTotals = Type.Object(
  {
    entered: count,
    left: count,
    /** Most tracks inside at once. */
    peakOccupancy: count,
    /** How many were inside on average over time. */
    meanOccupancy: Type.Number({ minimum: 0 }),
    /** Over the visits that ended; null when none did. */
    dwellMs: Type.Union([Type.Object({ mean: duration, max: duration }, closed), Type.Null()])
  },
  closed
)
export type ZoneTotals = Type.Static<typeof ZoneTotals>

/** Milliseconds a frame; percentiles are within 1 % of the nearest-rank value. */
export const StageTiming = Type.Object({ count, p50: duration, p95: duration, p99: duration }, closed)
export type StageTiming = Type.Static<typeof StageTiming>

/** How well the calibration fits the places it was made from. */
export const CalibrationFacts = Type.Object(
  {
    points: count,
    medianMetres: duration,
    maxMetres: duration,
    /** Root mean square in the picture, in pixels: the reprojection error. */
    rmsPx: duration
  },
  closed
)
export type CalibrationFacts = Type.Static<typeof CalibrationFacts>

/** `summary.json`. */
export const Summary = Type.Object(
  {
    version: Type.Literal(summaryVersion),
    /** Version of Sightline that wrote it. */
    sightline: Type.String(),
    input: InputFacts,
    model: Type.String(),
    tracker: Type.String(),
    /** What ran the model: `cpu`, `cuda`, …, `javascript`. */
    provider: Type.String(),
    frames: FrameCounts,
    tracks: Type.Object({ total: count, byLabel: Type.Record(Type.String(), LabelCounts) }, closed),
    lines: Type.Record(Type.String(), LineTotals),
    zones: Type.Record(Type.String(), ZoneTotals),
    /** Left out where nothing is calibrated. */
    calibration: Type.Optional(CalibrationFacts),
    stages: Type.Record(Type.String(), StageTiming),
    /** Frames read a second of wall time. */
    fps: Type.Number({ minimum: 0 }),
    wallMs: duration,
    /** True when somebody stopped it: everything here is about the part before that. */
    interrupted: Type.Boolean()
  },
  closed
)
export type Summary = Type.Static<typeof Summary>
