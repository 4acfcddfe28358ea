import { win32 } from 'node:path'
import { type Principal, permitted } from '../../access/principal.ts'
import type {
  IssuedShareLink,
  NewShareLink,
  SharedFrameQuery,
  SharedReport,
  ShareLink,
  ShareLinkQuery
} from '../../contract/api/share-link.ts'
import type { EndedTrack } from '../../contract/api/track.ts'
import type { Frame } from '../../contract/api/trajectory.ts'
import { SightlineError } from '../../core/errors.ts'
import type { KeptFile } from '../../store/kept-files.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import type { Recording } from '../../store/recordings.ts'
import { shareReader } from '../identity/share-readers.ts'
import { requireReach } from '../route-access.ts'
import { findRecording } from './recordings.ts'
import { findReport, findReportFile } from './reports.ts'
import type { Sources } from './sources.ts'
import { findTrack, listTracks } from './tracks.ts'
import { listFrames } from './trajectories.ts'
import { known, unknown } from './unknown.ts'

const usualMs = 7 * 86_400_000

/** Links that hold, to recordings of what `principal` may see, the newest first. @throws SL_QUERY_INVALID */
export async function listShareLinks(
  { shareLinks }: Pick<Sources, 'shareLinks'>,
  principal: Principal,
  query: ShareLinkQuery & PageRequest
): Promise<Page<ShareLink>> {
  const { items, next } = await shareLinks.page({ ...query, permitted: permitted(principal), nowMs: Date.now() })
  return { items: items.map(({ userId: _, ...link }) => link), next }
}

/**
 * A link that shows the report of a recording to whoever has it.
 * @throws SL_RESOURCE_UNKNOWN, SL_NOT_PERMITTED also for who is no user, SL_REQUEST_INVALID, SL_LIMIT_REACHED
 */
export async function issueShareLink(
  sources: Pick<Sources, 'recordings' | 'sharing'>,
  principal: Principal,
  { recording, title, expiresMs = Date.now() + usualMs }: NewShareLink
): Promise<IssuedShareLink> {
  const { stream } = await findRecording(sources, principal, recording)
  requireReach(principal, 'operate', stream, () => unknown('recording', recording))
  const { userId } = principal
  if (userId === undefined) throw new SightlineError('SL_NOT_PERMITTED', 'Only users share reports.')
  const wish = { recording, userId, title: title ?? null, expiresMs }
  const { id, secret } = await sources.sharing.issue(principal.actor, wish)
  return { id, expiresMs, path: `/shared/${id}#${secret}` }
}

/** Whoever may change the recording may revoke its links, whoever made them. @throws SL_RESOURCE_UNKNOWN, SL_NOT_PERMITTED */
export async function revokeShareLink(
  { shareLinks, sharing }: Pick<Sources, 'shareLinks' | 'sharing'>,
  principal: Principal,
  id: string
): Promise<void> {
  const link = known(await shareLinks.byId(id, permitted(principal)), 'link', id)
  requireReach(principal, 'operate', link.stream, () => unknown('link', id))
  if (!(await sharing.revoke(principal.actor, link))) throw unknown('link', id)
}

type Shared = Pick<Sources, 'shareLinks' | 'recordings' | 'files' | 'tracks' | 'siteIdentities' | 'trajectories'>

/** What is behind a link, and as whom it is looked at: as somebody to whom nothing else was ever given. */
interface Opened {
  readonly reader: Principal
  readonly recording: Recording
  readonly expiresMs: number
}

/** @throws SL_RESOURCE_UNKNOWN for a link that was revoked meanwhile, and where `principal` is who has another one */
async function opened({ shareLinks, recordings }: Shared, principal: Principal, id: string): Promise<Opened> {
  if (principal.actor !== shareReader(id).actor) throw unknown('link', id)
  const link = known(await shareLinks.byId(id), 'link', id)
  const recording = known(await recordings.byId(link.recording), 'recording', link.recording)
  return { reader: { ...principal, viewing: new Set([recording.stream]) }, recording, expiresMs: link.expiresMs }
}

/**
 * Made for people. What is left out, such as `summary.json`, says how the server is set up, and where a file lay there.
 */
const shownFiles: ReadonlySet<string> = new Set([
  'poster.jpg',
  'heatmap.png',
  'contact-sheet.jpg',
  'tracks.csv',
  'tracks.txt',
  'movement.csv',
  'counts.csv',
  'paths.json',
  'annotated.mp4'
])

/** @throws SL_RESOURCE_UNKNOWN */
export async function sharedReport(sources: Shared, principal: Principal, id: string): Promise<SharedReport> {
  const { reader, recording, expiresMs } = await opened(sources, principal, id)
  const { files, summary, regions } = await findReport(sources, reader, recording.id)
  const { title, stream, epoch, startedMs, durationMs, asset } = recording
  return {
    ...{ title, stream, epoch, startedMs, durationMs, asset, expiresMs },
    files: files
      .filter(({ name }) => shownFiles.has(name))
      .map(file => ({ ...file, href: `/api/v1/shared/${id}/files/${encodeURIComponent(file.name)}` })),
    regions,
    summary: summary && { ...summary, input: { ...summary.input, source: title }, model: nameOf(summary.model) }
  }
}

/** Of models, each without where it lies. */
function nameOf(model: string): string {
  return model
    .split(' + ')
    .map(name => win32.basename(name))
    .join(' + ')
}

/** The recording itself, where it is kept. @throws SL_RESOURCE_UNKNOWN */
export async function sharedVideo(
  sources: Shared,
  principal: Principal,
  id: string
): Promise<{ readonly digest: string; readonly title: string }> {
  const { recording } = await opened(sources, principal, id)
  return { digest: known(recording.asset ?? undefined, 'video', id), title: recording.title }
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function sharedFile(sources: Shared, principal: Principal, id: string, name: string): Promise<KeptFile> {
  const { reader, recording } = await opened(sources, principal, id)
  if (!shownFiles.has(name)) throw unknown('file', name)
  return findReportFile(sources, reader, recording.id, name)
}

/** In the order in which they came. @throws SL_RESOURCE_UNKNOWN, SL_QUERY_INVALID */
export async function sharedTracks(
  sources: Shared,
  principal: Principal,
  id: string,
  request: PageRequest
): Promise<Page<EndedTrack>> {
  const { reader, recording } = await opened(sources, principal, id)
  const { stream, epoch } = recording
  return listTracks(sources, reader, { ...request, stream: [stream], epoch, order: 'oldest' })
}

/** Of a track, its best picture. @throws SL_RESOURCE_UNKNOWN */
export async function sharedSnapshot(
  sources: Shared,
  principal: Principal,
  id: string,
  track: number
): Promise<string> {
  const { reader, recording } = await opened(sources, principal, id)
  const { snapshot } = await findTrack(sources, reader, { stream: recording.stream, epoch: recording.epoch, track })
  return known(snapshot ?? undefined, 'snapshot of the track', String(track))
}

/** @throws SL_RESOURCE_UNKNOWN, SL_QUERY_… */
export async function sharedFrames(
  sources: Shared,
  principal: Principal,
  id: string,
  query: SharedFrameQuery & PageRequest,
  signal: AbortSignal
): Promise<Page<Frame>> {
  const { reader, recording } = await opened(sources, principal, id)
  return listFrames(sources, reader, { ...query, stream: recording.stream, epoch: recording.epoch }, signal)
}
