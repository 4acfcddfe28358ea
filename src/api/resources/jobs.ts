import { mayKnowInside } from '../../access/access-rule.ts'
import { type Principal, permitted, reaches } from '../../access/principal.ts'
import type { JobItem, JobQuery, NewJob } from '../../contract/api/job.ts'
import type { Job } from '../../contract/job.ts'
import { SightlineError } from '../../core/errors.ts'
import { toldMessage } from '../../core/told-message.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import { requireReach } from '../route-access.ts'
import type { FoundUpload } from './analysis-desk.ts'
import { record } from './audit.ts'
import { checkedSettings } from './job-settings.ts'
import { findRecording } from './recordings.ts'
import type { Sources } from './sources.ts'
import { unknown, unknownStream } from './unknown.ts'

/** Jobs of streams that `principal` may see, the newest first. @throws SL_QUERY_INVALID */
export async function listJobs(
  { jobs }: Pick<Sources, 'jobs'>,
  principal: Principal,
  { stream, state, kind, ...request }: JobQuery & PageRequest
): Promise<Page<JobItem>> {
  const filter = { permitted: permitted(principal), streams: stream, states: state, kind }
  const { items, next } = await jobs.page({ ...filter, ...request })
  return { items: items.map(job => jobItemOf(job, principal)), next }
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findJob({ jobs }: Pick<Sources, 'jobs'>, principal: Principal, id: string): Promise<JobItem> {
  const job = await jobs.get(id).catch(error => {
    if (error instanceof SightlineError && error.code === 'SL_JOB_NOT_FOUND') throw unknown('job', id)
    throw error
  })
  requireReach(principal, 'view', job.stream, () => unknown('job', id))
  return jobItemOf(job, principal)
}

/** The last picture that was analysed, with its boxes, while it goes on; undefined where there is none. @throws SL_RESOURCE_UNKNOWN */
export async function findPreview(
  sources: Pick<Sources, 'jobs' | 'previews'>,
  principal: Principal,
  id: string
): Promise<Buffer | undefined> {
  const { state } = await findJob(sources, principal, id)
  return state === 'running' ? sources.previews.read(id) : undefined
}

/** Has it stop; it is so within seconds. Gives it as it is then. @throws SL_RESOURCE_UNKNOWN, SL_NOT_PERMITTED */
export async function cancelJob(
  sources: Pick<Sources, 'jobs' | 'audit'>,
  principal: Principal,
  id: string
): Promise<JobItem> {
  const { stream } = await findJob(sources, principal, id)
  requireReach(principal, 'operate', stream, () => unknown('job', id))
  const job = await sources.jobs.cancel(id)
  await record(sources, principal, 'job-cancelled', `job/${id}`)
  return jobItemOf(job, principal)
}

/**
 * Queues an analysis. Whoever may not operate all streams is granted the one that it makes.
 * @throws SL_REQUEST_INVALID, SL_OPTION_…, SL_RESOURCE_UNKNOWN, SL_STREAM_UNKNOWN, SL_NOT_PERMITTED, SL_LIMIT_REACHED
 */
export async function createJob(
  sources: Pick<Sources, 'recordings' | 'uploads' | 'analyses' | 'requireRoomToShare' | 'share' | 'audit'>,
  principal: Principal,
  { recording, upload, title, stream, minScore, settings = {}, ...rest }: NewJob
): Promise<JobItem> {
  if ((recording === undefined) === (upload === undefined))
    throw new SightlineError(
      'SL_REQUEST_INVALID',
      'A job is about either a `recording` or an `upload`: give one of them.'
    )
  if (stream !== undefined) requireReach(principal, 'operate', stream, () => unknownStream(stream))
  const file = await fileOf(sources, principal, recording, upload)
  const { digest, name, receivedMs: modifiedMs } = file
  const checked = checkedSettings({ ...settings, ...(minScore !== undefined && { minScore }) })
  if (stream === undefined && principal.operating !== 'all') await sources.requireRoomToShare(principal)
  const job = await sources.analyses.order({
    ...rest,
    digest,
    modifiedMs,
    title: title ?? name,
    stream,
    settings: checked
  })
  if (!reaches(principal.operating, job.stream)) await sources.share(principal, job.stream)
  await record(sources, principal, 'job-created', `job/${job.id}`, { recording, upload, stream: job.stream })
  return jobItemOf(job, principal)
}

async function fileOf(
  sources: Pick<Sources, 'recordings' | 'uploads'>,
  principal: Principal,
  recordingId: string | undefined,
  uploadId: string | undefined
): Promise<FoundUpload> {
  if (uploadId !== undefined) {
    const found = await sources.uploads.find(principal, uploadId)
    if (!found) throw unknown('upload', uploadId)
    return found
  }
  const recording = await findRecording(sources, principal, recordingId!)
  requireReach(principal, 'operate', recording.stream, () => unknown('recording', recording.id))
  const { asset: digest, title: name, startedMs, durationMs } = recording
  if (digest === null) throw unknown('video of the recording', recording.id)
  return { digest, name, receivedMs: startedMs + (durationMs ?? 0) }
}

/** Paths of the server are nobody's business, but for an admin's who has to look after them. */
export function jobItemOf({ input, options, error, ...job }: Job, principal?: Principal): JobItem {
  const given = (options as { readonly title?: unknown } | null)?.title
  const title = typeof given === 'string' ? given : (input.split(/[/\\]/).at(-1) ?? '')
  const isTold = error === null || mayKnowInside(principal)
  return { ...job, title, error: isTold ? error : { code: error.code, message: toldMessage(error) } }
}
