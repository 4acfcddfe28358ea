import Type from 'typebox'
import Value from 'typebox/value'
import type { Principal } from '../../access/principal.ts'
import {
  type NewestQuery,
  type Recording,
  Regions,
  type Report,
  type ReportFile,
  type ReportWithSummary
} from '../../contract/api/recording.ts'
import { CalibrationDefinition } from '../../contract/measure-definition.ts'
import type { Summary } from '../../contract/report.ts'
import type { KeptFile } from '../../store/kept-files.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import { findRecording, listRecordings } from './recordings.ts'
import type { Sources } from './sources.ts'
import { known } from './unknown.ts'

type Reporting = Pick<Sources, 'recordings' | 'files'>

const reportKinds = ['report', 'export'] as const
const summaryName = 'summary.json'
/** Ours are a few kilobytes. */
const longestSummary = 1024 * 1024

/** What analyses made of recordings, the newest first. @throws SL_QUERY_INVALID */
export async function listReports(
  sources: Reporting,
  principal: Principal,
  request: NewestQuery & PageRequest
): Promise<Page<Report>> {
  const { items, next } = await listRecordings(sources, principal, request)
  const files = await sources.files.ofOwners(items.map(ownerOf), reportKinds)
  const byOwner = Map.groupBy(files, ({ owner }) => owner)
  return { items: items.map(each => reportOf(each, byOwner.get(ownerOf(each)) ?? [])), next }
}

/** Files of recordings that somebody has been given, by their ids: in one question, however many. */
export async function filesOfRecordings(
  { files }: Pick<Sources, 'files'>,
  ids: readonly string[]
): Promise<ReadonlyMap<string, readonly ReportFile[]>> {
  const kept = await files.ofOwners(
    ids.map(id => ownerOf({ id })),
    reportKinds
  )
  const byOwner = Map.groupBy(kept, ({ owner }) => owner)
  return new Map(ids.map(id => [id, (byOwner.get(ownerOf({ id })) ?? []).map(file => fileOf(id, file))]))
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findReport(sources: Reporting, principal: Principal, id: string): Promise<ReportWithSummary> {
  const recording = await findRecording(sources, principal, id)
  const files = await sources.files.ofOwners([ownerOf(recording)], reportKinds)
  const written = files.find(({ name }) => name === summaryName)
  const summary = written ? await summaryOf(sources, written) : null
  const { facts } = recording
  return { ...reportOf(recording, files), summary, regions: regionsOf(facts), calibration: calibrationOf(facts) }
}

/** A file of a report. @throws SL_RESOURCE_UNKNOWN */
export async function findReportFile(
  sources: Reporting,
  principal: Principal,
  id: string,
  name: string
): Promise<KeptFile> {
  const recording = await findRecording(sources, principal, id)
  const files = await sources.files.ofOwners([ownerOf(recording)], reportKinds)
  return known(
    files.findLast(file => file.name === name),
    'file',
    name
  )
}

/** The job that analysed it has its id. */
function ownerOf({ id }: Pick<Recording, 'id'>): string {
  return `job/${id}`
}

function reportOf({ id, stream, epoch, title, createdMs }: Recording, files: readonly KeptFile[]): Report {
  return { id, stream, epoch, title, createdMs, files: files.map(file => fileOf(id, file)) }
}

function fileOf(id: string, { name, contentType, bytes, digest }: KeptFile): ReportFile {
  const href = `/api/v1/reports/${encodeURIComponent(id)}/${encodeURIComponent(name)}`
  return { name, contentType, bytes, digest, href }
}

const FactsWithRegions = Type.Object({ regions: Regions })
const noRegions: Regions = { lines: {}, zones: {} }

/** None of recordings that were analysed by a version that did not write them down. */
function regionsOf(facts: unknown): Regions {
  return Value.Check(FactsWithRegions, facts) ? facts.regions : noRegions
}

const FactsWithCalibration = Type.Object({ calibration: CalibrationDefinition })

function calibrationOf(facts: unknown): CalibrationDefinition | null {
  return Value.Check(FactsWithCalibration, facts) ? facts.calibration : null
}

async function summaryOf({ files }: Reporting, { digest, bytes }: KeptFile): Promise<Summary | null> {
  if (bytes > longestSummary) return null
  const { stream } = await files.open(digest)
  return JSON.parse(Buffer.concat(await stream.toArray()).toString()) as Summary
}
