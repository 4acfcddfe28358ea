import Type from 'typebox'
import Value from 'typebox/value'
import { AnalysisSettings } from '../config/analysis-settings.ts'
import type { ModelSettings } from '../config/model-settings.ts'
import { Summary } from '../contract/report.ts'
import { SightlineError } from '../core/errors.ts'

const closed = { additionalProperties: false }
const text = Type.Optional(Type.String())
const texts = Type.Optional(Type.Array(Type.String()))

/** The options of `analyze` that a job may have. */
export const JobFlags = Type.Object(
  {
    /** A string alone is what earlier versions wrote. */
    model: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
    fuse: text,
    provider: text,
    decode: text,
    tracker: text,
    every: text,
    tiles: text,
    minScore: text,
    classes: text,
    mask: texts,
    minSize: text,
    maxSize: text,
    line: texts,
    zone: texts,
    from: text,
    to: text,
    annotate: Type.Optional(Type.Boolean())
  },
  closed
)
export type JobFlags = Type.Static<typeof JobFlags>

/** The options of a job of the kind `analysis`: all that decides its result besides the file. */
export const AnalysisJobOptions = Type.Object(
  {
    /** What people call the recording. */
    title: Type.String(),
    flags: JobFlags,
    settings: AnalysisSettings,
    /** When the file was last written: about when the recording ended, where nobody says when it began. */
    modifiedMs: Type.Integer()
  },
  closed
)
export type AnalysisJobOptions = Type.Static<typeof AnalysisJobOptions>

/** What the worker is told. Paths of folders are below its current one. */
export interface AnalysisTask {
  readonly input: string
  readonly stream: string
  readonly epoch: number
  readonly options: AnalysisJobOptions
  /** How models are run on this machine. */
  readonly models?: ModelSettings
  readonly maxPixels: number
  readonly maxDurationMs: number
}

/** Where the worker writes, below its folder. */
export const workPlaces = { out: 'out', crops: 'crops', logs: 'log', logName: 'job', preview: 'preview.jpg' } as const

/** What the worker reports of itself; what it found is in its log and its files. */
export const AnalysisJobReport = Type.Object(
  {
    summary: Summary,
    /** Wall time of media time 0. */
    startedMs: Type.Integer(),
    durationMs: Type.Integer({ minimum: 0 })
  },
  closed
)
export type AnalysisJobReport = Type.Static<typeof AnalysisJobReport>

/** @throws SL_INTERNAL: they were checked when the job was added */
export function readJobOptions(options: unknown): AnalysisJobOptions {
  if (Value.Check(AnalysisJobOptions, options)) return options
  throw new SightlineError(
    'SL_INTERNAL',
    'The options of this job are none that this version of Sightline writes: add it again.'
  )
}

/** @throws SL_JOB_CRASHED: a worker in order reports otherwise */
export function readJobReport(report: unknown): AnalysisJobReport {
  if (Value.Check(AnalysisJobReport, report)) return report
  throw new SightlineError('SL_JOB_CRASHED', 'The worker reported something that no worker reports.')
}
