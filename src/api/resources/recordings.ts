import { type Principal, permitted } from '../../access/principal.ts'
import type { Clip, NewestQuery, Recording, RecordingChange } from '../../contract/api/recording.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import { requireReach } from '../route-access.ts'
import { record } from './audit.ts'
import type { Sources } from './sources.ts'
import { known, unknown } from './unknown.ts'

/** Recordings of what `principal` may see. @throws SL_QUERY_INVALID */
export function listRecordings(
  { recordings }: Pick<Sources, 'recordings'>,
  principal: Principal,
  { stream, ...request }: NewestQuery & PageRequest
): Promise<Page<Recording>> {
  return recordings.page({ permitted: permitted(principal), streams: stream, ...request })
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findRecording(
  { recordings }: Pick<Sources, 'recordings'>,
  principal: Principal,
  id: string
): Promise<Recording> {
  return known(await recordings.byId(id, permitted(principal)), 'recording', id)
}

/** Gives it as it is then. @throws SL_RESOURCE_UNKNOWN, SL_NOT_PERMITTED, SL_PRECONDITION_FAILED where it is not as `seen` */
export async function changeRecording(
  sources: Pick<Sources, 'recordings' | 'audit'>,
  principal: Principal,
  id: string,
  { title }: RecordingChange,
  seen?: Recording
): Promise<Recording> {
  const { stream, title: before } = await findRecording(sources, principal, id)
  requireReach(principal, 'operate', stream, () => unknown('recording', id))
  await sources.recordings.rename(id, title, seen)
  await record(sources, principal, 'recording-renamed', `recording/${id}`, { from: before, to: title })
  return findRecording(sources, principal, id)
}

/** Clips of what `principal` may see. @throws SL_QUERY_INVALID */
export function listClips(
  { clips }: Pick<Sources, 'clips'>,
  principal: Principal,
  { stream, ...request }: NewestQuery & PageRequest
): Promise<Page<Clip>> {
  return clips.page({ permitted: permitted(principal), streams: stream, ...request })
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findClip({ clips }: Pick<Sources, 'clips'>, principal: Principal, id: string): Promise<Clip> {
  return known(await clips.byId(id, permitted(principal)), 'clip', id)
}
