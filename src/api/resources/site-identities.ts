import { type Principal, permitted } from '../../access/principal.ts'
import type {
  IdentityMerge,
  IdentitySplit,
  IdentityTrack,
  SiteIdentity,
  SiteIdentityQuery
} from '../../contract/api/site-identity.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import { requireReach } from '../route-access.ts'
import { record } from './audit.ts'
import type { Sources } from './sources.ts'
import { known, unknown } from './unknown.ts'

type Stored = Pick<Sources, 'siteIdentities'>
type Changed = Stored & Pick<Sources, 'audit'>

/** Who was seen in what `principal` may see. @throws SL_QUERY_INVALID */
export function listSiteIdentities(
  { siteIdentities }: Stored,
  principal: Principal,
  query: SiteIdentityQuery & PageRequest
): Promise<Page<SiteIdentity>> {
  return siteIdentities.page({ ...query, permitted: permitted(principal) })
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findSiteIdentity(
  { siteIdentities }: Stored,
  principal: Principal,
  id: string
): Promise<SiteIdentity> {
  return known(await siteIdentities.byId(id, permitted(principal)), 'identity', id)
}

/** Their tracks in what `principal` may see, those that began last first. @throws SL_RESOURCE_UNKNOWN, SL_QUERY_INVALID */
export async function listIdentityTracks(
  sources: Stored,
  principal: Principal,
  id: string,
  request: PageRequest
): Promise<Page<IdentityTrack>> {
  await findSiteIdentity(sources, principal, id)
  return sources.siteIdentities.tracks(id, { ...request, permitted: permitted(principal) })
}

/**
 * Two are one, for whoever operates all streams in which they see them; what others see of them stays as it is.
 * @throws SL_RESOURCE_UNKNOWN, SL_NOT_PERMITTED, SL_QUERY_INVALID for two of two sites or of two labels, and for one with itself
 */
export async function mergeSiteIdentities(
  sources: Changed,
  principal: Principal,
  id: string,
  { into }: IdentityMerge
): Promise<SiteIdentity> {
  const { streams } = await operated(sources, principal, id)
  await operated(sources, principal, into)
  if (!(await sources.siteIdentities.merge(id, into, streams))) throw unknown('identity', id)
  await record(sources, principal, 'identity-merged', `identity/${id}`, { into, streams })
  return findSiteIdentity(sources, principal, into)
}

/**
 * Some of their tracks are somebody else's, whom it gives.
 * @throws SL_RESOURCE_UNKNOWN, SL_NOT_PERMITTED, SL_REQUEST_INVALID where nothing would be left
 */
export async function splitSiteIdentity(
  sources: Changed,
  principal: Principal,
  id: string,
  { tracks }: IdentitySplit
): Promise<SiteIdentity> {
  const before = await findSiteIdentity(sources, principal, id)
  for (const { stream, epoch, trackId } of tracks)
    requireReach(principal, 'operate', stream, () => unknown('track of theirs', `${stream}/${epoch}/${trackId}`))
  const names = new Set(tracks.map(({ stream, epoch, trackId }) => `${stream}/${epoch}/${trackId}`))
  if (names.size >= before.tracks)
    throw new SightlineError('SL_REQUEST_INVALID', 'These are all of their tracks: leave them one at least.')
  const made = await sources.siteIdentities.split(id, tracks, Date.now())
  if (made === undefined) throw unknown('such track of the identity', id)
  await record(sources, principal, 'identity-split', `identity/${id}`, { into: made, tracks: [...names] })
  return findSiteIdentity(sources, principal, made)
}

/** One all of whose tracks that `principal` sees they may change. */
async function operated(sources: Stored, principal: Principal, id: string): Promise<SiteIdentity> {
  const found = await findSiteIdentity(sources, principal, id)
  for (const stream of found.streams) requireReach(principal, 'operate', stream, () => unknown('identity', id))
  return found
}
