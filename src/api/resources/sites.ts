import { type Principal, permitted } from '../../access/principal.ts'
import { requireRoom } from '../../config/count-settings.ts'
import type { NewSite, Site, SiteChange } from '../../contract/api/site.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import { record } from './audit.ts'
import type { Sources } from './sources.ts'
import { known, unknown } from './unknown.ts'

type Sited = Pick<Sources, 'sites' | 'streams' | 'audit'>
type Limited = Sited & Pick<Sources, 'settings'>

/** Places: all of them for who sees all streams, else those where somebody sees a stream. */
export async function listSites(
  { sites, streams }: Pick<Sources, 'sites' | 'streams'>,
  principal: Principal,
  request: PageRequest
): Promise<Page<Site>> {
  const page = await sites.page(request)
  const names = permitted(principal)
  if (!names) return page
  const seen = await Promise.all(page.items.map(({ id }) => streams.page({ permitted: names, site: id, limit: 1 })))
  return { items: page.items.filter((_, index) => seen[index]!.items.length > 0), next: page.next }
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findSite(
  { sites, streams }: Pick<Sources, 'sites' | 'streams'>,
  principal: Principal,
  id: string
): Promise<Site> {
  const site = known(await sites.byId(id), 'site', id)
  const names = permitted(principal)
  if (!names) return site
  const { items } = await streams.page({ permitted: names, site: id, limit: 1 })
  if (items.length === 0) throw unknown('site', id)
  return site
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
