import { type Principal, permitted } from '../../access/principal.ts'
import { requireRoom } from '../../config/count-settings.ts'
import type { NewSite, Site, SiteChange } from '../../contract/api/site.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import { record } from './audit.ts'
import type { Sources } from './sources.ts'
import { known, unknown } from './unknown.ts'

type Sited = Pick<Sources, 'sites' | 'audit'>
type Limited = Sited & Pick<Sources, 'settings'>

/** Places: all of them for who sees all streams, else those where somebody sees a stream. */
export function listSites(
  { sites }: Pick<Sources, 'sites'>,
  principal: Principal,
  request: PageRequest
): Promise<Page<Site>> {
  return sites.page(request, permitted(principal))
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findSite({ sites }: Pick<Sources, 'sites'>, principal: Principal, id: string): Promise<Site> {
  return known(await sites.byId(id, permitted(principal)), 'site', id)
}

/** Places of streams that somebody has been given, by id: in one question, however many. */
export async function sitesOfStreams(
  { sites }: Pick<Sources, 'sites'>,
  ids: readonly string[]
): Promise<ReadonlyMap<string, Site>> {
  return new Map((await sites.byIds(ids)).map(site => [site.id, site]))
}

/** @throws SL_NAME_TAKEN, SL_QUERY_INVALID, SL_LIMIT_REACHED */
export async function createSite(sources: Limited, principal: Principal, site: NewSite): Promise<Site> {
  const made = { ...site, createdMs: Date.now() }
  await sources.sites.create(made, there => requireRoom(sources.settings.now.limits, 'sites', there))
  await record(sources, principal, 'site-created', `site/${site.id}`, site)
  return made
}

/** Gives it as it is then. @throws SL_RESOURCE_UNKNOWN, SL_QUERY_INVALID, SL_PRECONDITION_FAILED where it is not as `seen` */
export async function changeSite(
  sources: Sited,
  principal: Principal,
  id: string,
  change: SiteChange,
  seen?: Site
): Promise<Site> {
  if (!(await sources.sites.change(id, change, seen))) throw unknown('site', id)
  await record(sources, principal, 'site-changed', `site/${id}`, change)
  return findSite(sources, principal, id)
}

/** Its streams belong to no site afterwards. @throws SL_RESOURCE_UNKNOWN, SL_PRECONDITION_FAILED where it is not as `seen` */
export async function removeSite(sources: Sited, principal: Principal, id: string, seen?: Site): Promise<void> {
  if (!(await sources.sites.remove(id, seen))) throw unknown('site', id)
  await record(sources, principal, 'site-removed', `site/${id}`)
}
