import type { Principal } from '../../access/principal.ts'
import type { OfUser, Session } from '../../contract/api/user.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import type { Session as StoredSession } from '../../store/sessions.ts'
import type { Sources } from './sources.ts'
import { unknown } from './unknown.ts'
import { findUser, ownerOf, requireOwnWriting } from './users.ts'

type Peopled = Pick<Sources, 'accounts' | 'people'>

/** Somebody's own. @param own the one that asks, where it is one */
export async function listSessions(
  sources: Peopled,
  principal: Principal,
  own: string | undefined
): Promise<readonly Session[]> {
  return listSessionsOf(sources, ownerOf(principal), own)
}

/** For those who may administer users. @throws SL_RESOURCE_UNKNOWN */
export async function listSessionsOf(
  sources: Peopled,
  id: string,
  own: string | undefined
): Promise<readonly Session[]> {
  const { name: userName } = await findUser(sources, id)
  const sessions = await sources.people.sessions.ofUser(id, Date.now())
  return sessions.map(session => told({ ...session, userName }, own))
}

/** Everybody's, those that were heard of last first. For those who may administer users. */
export async function listEverybodysSessions(
  { people }: Peopled,
  request: PageRequest,
  own: string | undefined
): Promise<Page<Session>> {
  const { items, next } = await people.sessions.page(request, Date.now())
  return { items: items.map(session => told(session, own)), next }
}

/** One of their own. @throws SL_RESOURCE_UNKNOWN, SL_NOT_PERMITTED */
export async function endSession(sources: Peopled, principal: Principal, id: string): Promise<void> {
  requireOwnWriting(principal)
  await endSessionOf(sources, principal, { id: ownerOf(principal), of: id })
}

/** For those who may administer users. @throws SL_RESOURCE_UNKNOWN */
export async function endSessionOf(
  { people, accounts }: Peopled,
  { actor }: Principal,
  { id, of }: OfUser
): Promise<void> {
  const session = await people.sessions.byId(of, Date.now())
  if (session?.userId !== id || !(await accounts.endSession(actor, of))) throw unknown('session', of)
}

/** Their own but the one that asks. @throws SL_NOT_PERMITTED */
export async function endOtherSessions(
  { accounts }: Peopled,
  principal: Principal,
  own: string | undefined
): Promise<void> {
  requireOwnWriting(principal)
  await accounts.endSessions(principal.actor, ownerOf(principal), own)
}

/** For those who may administer users. @throws SL_RESOURCE_UNKNOWN */
export async function endSessionsOf(
  sources: Peopled,
  { actor }: Principal,
  id: string,
  own: string | undefined
): Promise<void> {
  await findUser(sources, id)
  await sources.accounts.endSessions(actor, id, own)
}

function told(
  { turnedMs: seenMs, ...session }: StoredSession & { readonly userName: string },
  own: string | undefined
): Session {
  return { ...session, seenMs, isThis: session.id === own }
}
