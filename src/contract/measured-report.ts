import Type from 'typebox'
import { Name } from './geometry.ts'
import { CalibrationFacts, FrameCounts, LabelCounts, LineTotals, ZoneTotals } from './report.ts'

const closed = { additionalProperties: false }
const count = Type.Integer({ minimum: 0 })
const optionalTime = Type.Union([Type.Integer(), Type.Null()])

/** Raised when a field's meaning changes. Readers accept every released version. */
export const measuredVersion = 1

/** What `sightline measure` prints with `--json`, and `measured.json`. */
export const Measured = Type.Object(
  {
    version: Type.Literal(measuredVersion),
    /** Version of Sightline that measured. */
    sightline: Type.String(),
    /** The trajectory file. */
    source: Type.String(),
    stream: Name,
    epoch: Type.Integer({ minimum: 1 }),
    /** True for a file that ends too early: its whole parts were measured. */
    cut: Type.Boolean(),
    /** Media time of the first and last frame that was measured; null where there was none. */
    firstMs: optionalTime,
    lastMs: optionalTime,
    frames: Type.Omit(FrameCounts, ['droppedBroken'], closed),
    tracks: Type.Object({ total: count, byLabel: Type.Record(Type.String(), LabelCounts) }, closed),
    lines: Type.Record(Type.String(), LineTotals),
    zones: Type.Record(Type.String(), ZoneTotals),
    /** How many events of each kind. */
    events: Type.Record(Type.String(), count),
    /** Left out where nothing is calibrated. */
    calibration: Type.Optional(CalibrationFacts)
  },
  closed
)
export type Measured = Type.Static<typeof Measured>
