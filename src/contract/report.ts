import Type from 'typebox'

const closed = { additionalProperties: false }
const count = Type.Integer({ minimum: 0 })
const duration = Type.Number({ minimum: 0 })

/** Raised when a field's meaning changes. Readers accept every released version. */
export const summaryVersion = 1

/** What was analysed, as the file itself says. */
export const InputFacts = Type.Object(
  {
    /** Path, or URL without credentials, or `standard input`. */
    source: Type.String(),
    /** Null where it cannot be known (standard input). */
    sizeBytes: Type.Union([count, Type.Null()]),
    /** FFmpeg's names for the format, all of them: `mov,mp4,m4a,3gp,3g2,mj2`, `matroska,webm`; `pictures` for a folder. */
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

export const FrameCounts = Type.Object(
  {
    /** Frames that were decoded: `analysed` + `gated` + `skipped`. */
    read: count,
    /** The detector saw them. */
    analysed: count,
    /** Nothing moved in them. */
    gated: count,
    /** Left out by `--every`. */
    skipped: count,
    /** Packets of a video, or pictures of a folder, that could not be decoded. They are not among `read`. */
    droppedBroken: count
  },
  closed
)
export type FrameCounts = Type.Static<typeof FrameCounts>

/** The detector's boxes of the wanted classes and scores, by what became of them. */
export const BoxCounts = Type.Object(
  {
    /** Went on to the tracker, and into `detections.jsonl`. */
    kept: count,
    /** Stood in a mask or were beyond a size limit. */
    filtered: count,
    /** Had NaN or infinite numbers. */
    invalid: count
  },
  closed
)
export type BoxCounts = Type.Static<typeof BoxCounts>

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

/** What people call it, where they do. */
const title = Type.Optional(Type.String())

export const LineTotals = Type.Object({ title, in: count, out: count }, closed)
export type LineTotals = Type.Static<typeof LineTotals>

export const ZoneTotals = Type.Object(
  {
    title,
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

/** What became of attempts at a server: `answered`, `late`, `failed`, `refused`, `invalid`; and frames that a local model stood in for. */
export const RemoteUse = Type.Object({ exchanges: Type.Record(Type.String(), count), fallbacks: count }, closed)
export type RemoteUse = Type.Static<typeof RemoteUse>

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
    boxes: BoxCounts,
    tracks: Type.Object({ total: count, byLabel: Type.Record(Type.String(), LabelCounts) }, closed),
    lines: Type.Record(Type.String(), LineTotals),
    zones: Type.Record(Type.String(), ZoneTotals),
    /** Left out where nothing is calibrated. */
    calibration: Type.Optional(CalibrationFacts),
    /** `remote` is what a model on a server took for each answer, and a part of `detect`. */
    stages: Type.Record(Type.String(), StageTiming),
    /** Models on servers, by name; left out where there are none. */
    remotes: Type.Optional(Type.Record(Type.String(), RemoteUse)),
    /** Frames read a second of wall time. */
    fps: Type.Number({ minimum: 0 }),
    wallMs: duration,
    /** True when somebody stopped it: everything here is about the part before that. */
    interrupted: Type.Boolean()
  },
  closed
)
export type Summary = Type.Static<typeof Summary>
