import { type Principal, permitted } from '../../access/principal.ts'
import type { EndedTrack, TrackPlace, TrackQuery } from '../../contract/api/track.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import type { EndedTrack as StoredTrack } from '../../store/tracks.ts'
import type { Sources } from './sources.ts'
import { known } from './unknown.ts'

type Stored = Pick<Sources, 'tracks' | 'siteIdentities'>

/** Tracks of what `principal` may see. @throws SL_QUERY_INVALID */
export async function listTracks(
  sources: Stored,
  principal: Principal,
  { stream, label, ...request }: TrackQuery & PageRequest
): Promise<Page<EndedTrack>> {
  const asked = { permitted: permitted(principal), streams: stream, labels: label, ...request }
  const { items, next } = await sources.tracks.page(asked)
  return { items: await withIdentities(sources, items), next }
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findTrack(
  sources: Stored,
  principal: Principal,
  { stream, epoch, track }: TrackPlace
): Promise<EndedTrack> {
  const found = known(
    await sources.tracks.byId(stream, epoch, track, permitted(principal)),
    'track',
    `${stream}/${epoch}/${track}`
  )
  return (await withIdentities(sources, [found]))[0]!
}

async function withIdentities(
  { siteIdentities }: Stored,
  tracks: readonly StoredTrack[]
): Promise<readonly EndedTrack[]> {
  const identities = await siteIdentities.ofTracks(tracks)
  return tracks.map(track => {
    const { stream, epoch, trackId } = track
    return { ...track, identity: identities.get(`${stream}/${epoch}/${trackId}`) ?? null }
  })
}
