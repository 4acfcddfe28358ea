import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { planAnalysis } from '../commands/analysis-options.ts'
import { parseModel } from '../commands/parse-models.ts'
import { modelsNamed } from '../config/model-choice.ts'
import type { ModelSettings } from '../config/model-settings.ts'
import type { Regions } from '../contract/api/recording.ts'
import type { Job } from '../contract/job.ts'
import type { CalibrationDefinition } from '../contract/measure-definition.ts'
import { SightlineError } from '../core/errors.ts'
import type { Logger } from '../core/log.ts'
import { DeadLetters } from '../events/dead-letters.ts'
import type { Sink } from '../events/sink.ts'
import type { Attempt, JobKind } from '../jobs/job-kind.ts'
import type { Assets } from '../store/assets.ts'
import { keepRecording } from '../store/jobs-results.ts'
import { defaultModel } from '../vision/catalogue.ts'
import type { ModelStore } from '../vision/model-store.ts'
import { type KeptFile, keepFiles } from './analysis-job-files.ts'
import { deliverJobLog } from './deliver-job-log.ts'
import {
  type AnalysisJobOptions,
  type AnalysisJobReport,
  type AnalysisTask,
  readJobOptions,
  readJobReport,
  workPlaces
} from './job-worker-task.ts'

export interface AnalysisJobParts {
  readonly assets: Assets
  /** Where the records go; the store is one of them. */
  readonly sinks: readonly Sink[]
  /** File for what a sink refuses. */
  readonly deadLetters: string
  /** How models are run. */
  readonly models?: ModelSettings
  readonly openModels: () => Promise<ModelStore>
  readonly log: Logger
}

/** What a job of this kind gives. */
export interface AnalysisJobResult {
  readonly recording: string
  readonly frames: number
  readonly tracks: number
  /** What found them: another one where the default could not be had. */
  readonly model: string
  /** Records that a sink refused, now among the dead letters: 0 in order. */
  readonly refused: number
  readonly files: readonly KeptFile[]
}

/** A recording's analysis: its records in the sinks, its files among the assets, and a row of the recording itself. */
export function analysisJob(parts: AnalysisJobParts): JobKind {
  return {
    entry: new URL(`./job-worker${extname(import.meta.url)}`, import.meta.url),
    prepare: attempt => prepare(attempt, parts),
    keep: (attempt, report) => keep(attempt, readJobReport(report), parts)
  }
}

async function prepare({ job, folder, limits, signal }: Attempt, { assets, models, openModels }: AnalysisJobParts) {
  const options = readJobOptions(job.options)
  const input = await inputOf(job, assets, folder, signal)
  const { size } = await stat(input).catch(cause => {
    throw new SightlineError('SL_INPUT_NOT_FOUND', `${input} is not there any more.`, { cause })
  })
  if (size > limits.inputBytes)
    throw new SightlineError(
      'SL_INPUT_TOO_LARGE',
      `${input} has ${size} bytes, and a job may read ${limits.inputBytes}: raise the limit, or cut the recording.`
    )
  const { reid } = options.settings
  await fetchModels([...filesOf(namedModels(options), models), ...(reid ? [reid.model] : [])], openModels, signal)
  const { stream, epoch } = job
  const task: AnalysisTask = {
    input,
    stream,
    epoch,
    options,
    models,
    maxPixels: limits.pixels,
    maxDurationMs: limits.durationMs
  }
  return { task, log: join(folder, workPlaces.logs) }
}

async function keep(
  { job, folder, signal }: Attempt,
  { summary, startedMs, durationMs }: AnalysisJobReport,
  { assets, sinks, deadLetters, log }: AnalysisJobParts
): Promise<AnalysisJobResult> {
  const { id, stream, epoch } = job
  // Files first: rows refer to them.
  const files = await keepFiles(assets, folder, job, signal)
  const jobLog = { logs: join(folder, workPlaces.logs), name: workPlaces.logName, as: `job-${id}`, stream, epoch }
  let refused = 0
  for (const sink of sinks) {
    const refusals = await deliverJobLog(jobLog, sink, signal)
    refused += refusals.length
    const [first] = refusals
    if (!first) continue
    using letters = new DeadLetters(deadLetters)
    letters.add(refusals)
    log.error({ job: id, sink: sink.name, refused: refusals.length, err: first.error }, 'records were refused')
  }
  const { title } = readJobOptions(job.options)
  const { input, model, tracker, provider, frames, tracks } = summary
  await keepRecording(assets.database, {
    id,
    stream,
    epoch,
    title,
    asset: digestOf(job) ?? null,
    started_ms: startedMs,
    duration_ms: durationMs,
    facts: JSON.stringify({ input, model, tracker, provider, frames, ...drawnOn(job) }),
    created_ms: job.createdMs
  })
  return { recording: id, frames: frames.read, tracks: tracks.total, model, refused, files }
}

/** Where the lines and zones lie that were measured, and the places that the ground is known by. */
function drawnOn({ input, options }: Job): { regions: Regions; calibration: CalibrationDefinition | undefined } {
  const { flags, settings } = readJobOptions(options)
  const { lines = {}, zones = {}, calibration } = planAnalysis(input, { ...flags, out: workPlaces.out }, settings)
  const drawn = <Points>(measures: Readonly<Record<string, { readonly points: Points }>>) =>
    Object.fromEntries(Object.entries(measures).map(([name, { points }]) => [name, points]))
  return { regions: { lines: drawn(lines), zones: drawn(zones) }, calibration }
}

/** The path of the file. What is kept elsewhere than on this machine is fetched into the work folder. */
async function inputOf(job: Job, { blobs }: Assets, folder: string, signal: AbortSignal): Promise<string> {
  const digest = digestOf(job)
  if (digest === undefined) return job.input
  const path = await blobs.file(digest)
  if (path !== undefined) return path
  const fetched = join(folder, 'input')
  const { stream } = await blobs.open(digest)
  await pipeline(stream, createWriteStream(fetched, { mode: 0o600 }), { signal })
  return fetched
}

function digestOf({ input }: Job): string | undefined {
  return input.startsWith('asset:') ? input.slice('asset:'.length) : undefined
}

/** Undefined: the default. */
function namedModels({ flags, settings }: AnalysisJobOptions): readonly (string | undefined)[] {
  const named =
    flags.model === undefined ? modelsNamed(settings) : [flags.model].flat().map(text => parseModel(text).model)
  return named.length > 0 ? named : [undefined]
}

/** Of a model that a server runs, the one that stands in for it. */
function filesOf(names: readonly (string | undefined)[], models: ModelSettings | undefined) {
  return names.flatMap(name => {
    const remote = name === undefined ? undefined : models?.remote?.[name]
    return remote ? (remote.fallback ?? []) : [name]
  })
}

/** Downloads happen here, and not where a stranger's file is open. What cannot be had, the worker decides about. */
async function fetchModels(
  names: readonly (string | undefined)[],
  openModels: () => Promise<ModelStore>,
  signal: AbortSignal
): Promise<void> {
  for (const name of names) {
    if (name === 'motion') continue
    const models = await openModels()
    const wanted = name ?? defaultModel(models.catalogue, 'detect')?.name
    if (wanted === undefined) continue
    try {
      await models.resolve(wanted, { signal })
    } catch (error) {
      if (!(error instanceof SightlineError) || error.code === 'SL_CANCELLED') throw error
    }
  }
}
