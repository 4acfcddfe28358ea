import Type from 'typebox'
import { Name } from '../geometry.ts'
import { CalibrationDefinition, LinePoints, ZonePoints } from '../measure-definition.ts'
import { Summary } from '../report.ts'
import { closed, Digest, Epoch, Key, range, Streams, Title, WallMs } from './fields.ts'

/** Times are those of what the list is in the order of. */
export const NewestQuery = Type.Object({ stream: Streams, ...range }, closed)
export type NewestQuery = Type.Static<typeof NewestQuery>

/** A finished file that was analysed. */
export const Recording = Type.Object(
  {
    id: Key,
    stream: Name,
    epoch: Epoch,
    title: Type.String(),
    /** SHA-256 of the file; null when it was analysed where it lies, and cannot be had from here. */
    asset: Type.Union([Digest, Type.Null()]),
    /** Wall time of media time 0. */
    startedMs: WallMs,
    durationMs: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    /** Facts of the file, and what analysed it. */
    facts: Type.Unknown(),
    createdMs: WallMs
  },
  { ...closed, title: 'Recording' }
)
export type Recording = Type.Static<typeof Recording>

export const RecordingChange = Type.Object({ title: Title }, { ...closed, title: 'RecordingChange' })
export type RecordingChange = Type.Static<typeof RecordingChange>

/** A piece of a stream that is kept as a video. */
export const Clip = Type.Object(
  {
    id: Key,
    stream: Name,
    epoch: Epoch,
    /** Wall time of what it shows. */
    fromMs: WallMs,
    toMs: WallMs,
    asset: Digest,
    /** Why it was kept; null when a person asked for it. */
    eventId: Type.Union([Type.String(), Type.Null()]),
    createdMs: WallMs
  },
  { ...closed, title: 'Clip' }
)
export type Clip = Type.Static<typeof Clip>

export const ReportFile = Type.Object(
  {
    name: Type.String(),
    contentType: Type.String(),
    bytes: Type.Integer({ minimum: 0 }),
    digest: Digest,
    /** Where it can be had. */
    href: Type.String()
  },
  { ...closed, title: 'ReportFile' }
)
export type ReportFile = Type.Static<typeof ReportFile>

const report = { id: Key, stream: Name, epoch: Epoch, title: Type.String(), createdMs: WallMs }

/** The files that an analysis made of a recording. */
export const Report = Type.Object({ ...report, files: Type.Array(ReportFile) }, { ...closed, title: 'Report' })
export type Report = Type.Static<typeof Report>

const most = { ...closed, maxProperties: 1000 }

/** Lines and zones that were measured, by name: where they lie on the picture. */
export const Regions = Type.Object(
  { lines: Type.Record(Name, LinePoints, most), zones: Type.Record(Name, ZonePoints, most) },
  { ...closed, title: 'Regions' }
)
export type Regions = Type.Static<typeof Regions>

export const ReportWithSummary = Type.Object(
  {
    ...report,
    files: Type.Array(ReportFile),
    summary: Type.Union([Summary, Type.Null()]),
    regions: Regions,
    /** Where places of its picture are on the ground; null where nobody has said. */
    calibration: Type.Union([CalibrationDefinition, Type.Null()])
  },
  { ...closed, title: 'ReportWithSummary' }
)
export type ReportWithSummary = Type.Static<typeof ReportWithSummary>

export const ById = Type.Object({ id: Key }, closed)

export const ByIdAndName = Type.Object(
  { id: Key, name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' }) },
  closed
)
