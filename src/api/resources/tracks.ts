import { type Principal, permitted } from '../../access/principal.ts'
import type { EndedTrack, TrackPlace, TrackQuery } from '../../contract/api/track.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import type { Sources } from './sources.ts'
import { known } from './unknown.ts'

/** Tracks of what `principal` may see. @throws SL_QUERY_INVALID */
export function listTracks(
  { tracks }: Pick<Sources, 'tracks'>,
  principal: Principal,
  { stream, label, ...request }: TrackQuery & PageRequest
): Promise<Page<EndedTrack>> {
  return tracks.page({ permitted: permitted(principal), streams: stream, labels: label, ...request })
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findTrack(
  { tracks }: Pick<Sources, 'tracks'>,
  principal: Principal,
  { stream, epoch, track }: TrackPlace
): Promise<EndedTrack> {
  const found = await tracks.byId(stream, epoch, track, permitted(principal))
  return known(found, 'track', `${stream}/${epoch}/${track}`)
}
