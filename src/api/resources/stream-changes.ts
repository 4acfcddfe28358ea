import { type Principal, reaches } from '../../access/principal.ts'
import { SightlineError } from '../../core/errors.ts'
import type { ControlledStream, StreamFacts } from '../../live/stream-control.ts'
import { record } from './audit.ts'
import type { Sources } from './sources.ts'
import { findStream } from './streams.ts'

type Controlled = Pick<Sources, 'streams' | 'sites' | 'live' | 'control' | 'requireRoomToShare' | 'share' | 'audit'>

/** A stream as it is now, and as it is to be; nothing of the latter for a recording's. */
export type DetailedStream = Awaited<ReturnType<typeof findStream>> & {
  readonly origin: ControlledStream['origin'] | null
  readonly isOverFile: boolean
  readonly settings: StreamFacts | null
}

export interface StreamToAdd extends StreamFacts {
  readonly name: string
  /** For admins. */
  readonly site?: string | null
  /** For admins: the name of one that was removed is given again. */
  readonly again?: boolean
}

/** @throws SL_STREAM_UNKNOWN */
export async function findStreamDetail(
  sources: Pick<Sources, 'streams' | 'live' | 'control'>,
  name: string
): Promise<DetailedStream> {
  const item = await findStream(sources, name)
  const { origin = null, isOverFile = false, settings = null } = sources.control.find(name) ?? {}
  // What a worker says of its title may be of before the last change.
  const title = settings ? String(settings.title ?? name) : item.title
  return { ...item, title, origin, isOverFile, settings }
}

export type StreamDefinition = Pick<DetailedStream, 'name' | 'site' | 'origin' | 'isOverFile' | 'settings'>

/** What of a stream changes only when somebody changes it. */
export function definitionOf({ name, site, origin, isOverFile, settings }: DetailedStream): StreamDefinition {
  return { name, site, origin, isOverFile, settings }
}

/**
 * Makes a stream, which whoever makes it may operate.
 * @throws SL_OPTION_INVALID, SL_INPUT_REFUSED, SL_NAME_TAKEN, SL_NOT_PERMITTED, SL_LIMIT_REACHED
 */
export async function addStream(
  sources: Controlled,
  principal: Principal,
  stream: StreamToAdd
): Promise<DetailedStream> {
  const { name, site, again = false, ...settings } = stream
  if (again || site != null) requireAdmin(principal)
  await requireSite(sources, site)
  const isShared = !reaches(principal.operating, name)
  if (isShared) await sources.requireRoomToShare(principal)
  await sources.control.add(name, settings, { again })
  await place(sources, name, site)
  if (isShared) await sources.share(principal, name)
  await record(sources, principal, 'stream-created', `stream/${name}`, { again, site })
  return findStreamDetail(sources, name)
}

/**
 * @param change what is to be otherwise, null for what is to be as usual again
 * @param seen as whoever changes it has seen it: its place is another process's to change, too
 * @throws SL_STREAM_UNKNOWN, SL_OPTION_INVALID, SL_INPUT_REFUSED, SL_NOT_PERMITTED, SL_PRECONDITION_FAILED
 */
export async function changeStream(
  sources: Controlled,
  principal: Principal,
  name: string,
  { site, ...change }: StreamFacts & { readonly site?: string | null },
  seen?: StreamDefinition
): Promise<DetailedStream> {
  if (site !== undefined) requireAdmin(principal)
  await requireSite(sources, site)
  // Names alone: an address may have a password in it.
  const fields = Object.keys(change)
  // What is refused is made in no part: the settings are judged before the place is changed, and changed after it.
  if (fields.length > 0) sources.control.checkChange(name, change)
  await place(sources, name, site, seen)
  if (fields.length > 0) await sources.control.change(name, change)
  await record(sources, principal, 'stream-changed', `stream/${name}`, { fields, site })
  return findStreamDetail(sources, name)
}

/** @throws SL_STREAM_UNKNOWN */
export async function pauseStream(sources: Controlled, principal: Principal, name: string): Promise<DetailedStream> {
  await sources.control.pause(name)
  await record(sources, principal, 'stream-paused', `stream/${name}`)
  return findStreamDetail(sources, name)
}

/** Also tries one at once that is waited for, or was given up. @throws SL_STREAM_UNKNOWN */
export async function resumeStream(sources: Controlled, principal: Principal, name: string): Promise<DetailedStream> {
  await sources.control.resume(name)
  await record(sources, principal, 'stream-resumed', `stream/${name}`)
  return findStreamDetail(sources, name)
}

/** What was found stays until retention takes it. @throws SL_STREAM_UNKNOWN, SL_STREAM_CONFIGURED */
export async function removeStream(sources: Controlled, principal: Principal, name: string): Promise<void> {
  await sources.control.remove(name)
  await record(sources, principal, 'stream-removed', `stream/${name}`)
}

async function place(
  { streams }: Controlled,
  name: string,
  site: string | null | undefined,
  seen?: StreamDefinition
): Promise<void> {
  if (site !== undefined) await streams.change(name, { site }, seen)
}

async function requireSite({ sites }: Controlled, site: string | null | undefined): Promise<void> {
  if (site == null || (await sites.byId(site))) return
  throw new SightlineError('SL_REQUEST_INVALID', `There is no site ${site}: make it first, or leave it out.`)
}

/** Who may see a stream is changed by its place, and by a name that was another one's. */
function requireAdmin({ role }: Principal): void {
  if (role === 'admin') return
  throw new SightlineError('SL_NOT_PERMITTED', '`site` and `again` decide who sees what: they are for admins.')
}
