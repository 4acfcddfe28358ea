import { scopes as everyScope, type Principal } from '../../access/principal.ts'
import type {
  Grant,
  GrantPlace,
  Invitation,
  IssuedToken,
  NewGrant,
  NewInvitation,
  NewToken,
  NewUser,
  OfUser,
  OpenInvitation,
  Token,
  User,
  UserChange
} from '../../contract/api/user.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import type { Sources } from './sources.ts'
import { known, unknown } from './unknown.ts'

type Peopled = Pick<Sources, 'accounts' | 'people'>

/** By name. For those who may administer users. */
export function listUsers({ people }: Peopled, request: PageRequest): Promise<Page<User>> {
  return people.users.page(request)
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function findUser({ people }: Peopled, id: string): Promise<User> {
  const { password: _, ...user } = known(await people.users.byId(id), 'user', id)
  return user
}

/** @throws SL_NAME_TAKEN, SL_PASSWORD_WEAK */
export async function addUser(sources: Peopled, { actor }: Principal, user: NewUser): Promise<User> {
  return findUser(sources, await sources.accounts.add(actor, user))
}

/** Gives them as they are then. @throws SL_RESOURCE_UNKNOWN, SL_LAST_ADMIN_CONFLICT, SL_PASSWORD_WEAK, SL_PRECONDITION_FAILED */
export async function changeUser(
  sources: Peopled,
  { actor }: Principal,
  id: string,
  change: UserChange,
  seen?: User
): Promise<User> {
  await findUser(sources, id)
  await sources.accounts.change(actor, id, change, seen)
  return findUser(sources, id)
}

/** A link by which they choose a password, in place of one before. @throws SL_RESOURCE_UNKNOWN, SL_REQUEST_INVALID */
export async function inviteUser(
  sources: Peopled,
  { actor }: Principal,
  id: string,
  { expiresMs: wishedMs }: NewInvitation
): Promise<Invitation> {
  await findUser(sources, id)
  const { secret, expiresMs } = await sources.accounts.invitations.offer(actor, id, wishedMs)
  return { path: `/invited?token=${secret}`, expiresMs }
}

/** Links that can still be used, those that end first before the others. */
export function listInvitations({ accounts }: Peopled): Promise<readonly OpenInvitation[]> {
  return accounts.invitations.list()
}

/** @throws SL_RESOURCE_UNKNOWN */
export function takeInvitationBack({ accounts }: Peopled, { actor }: Principal, id: string): Promise<void> {
  return accounts.invitations.takeBack(actor, id)
}

/** @throws SL_RESOURCE_UNKNOWN, SL_LAST_ADMIN_CONFLICT, SL_PRECONDITION_FAILED */
export async function removeUser(sources: Peopled, { actor }: Principal, id: string, seen?: User): Promise<void> {
  await findUser(sources, id)
  await sources.accounts.remove(actor, id, seen)
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function listGrants(sources: Peopled, id: string): Promise<readonly Grant[]> {
  await findUser(sources, id)
  return (await sources.people.grants.ofUser(id)).map(grantOf)
}

/** Grants of users that somebody has been given, by their ids: in one question, however many. @throws SL_QUERY_TOO_LARGE */
export async function grantsOfUsers(
  { people }: Pick<Sources, 'people'>,
  ids: readonly string[]
): Promise<ReadonlyMap<string, readonly Grant[]>> {
  const byUser = Map.groupBy(await people.grants.ofUsers(ids), ({ userId }) => userId)
  return new Map(ids.map(id => [id, (byUser.get(id) ?? []).map(grantOf)]))
}

function grantOf({ scope, scopeId, role, createdMs }: Grant): Grant {
  return { scope, scopeId, role, createdMs }
}

/** Replaces what they had there. @throws SL_RESOURCE_UNKNOWN */
export async function giveGrant(
  sources: Peopled,
  { actor }: Principal,
  id: string,
  grant: NewGrant
): Promise<readonly Grant[]> {
  await findUser(sources, id)
  await sources.accounts.give(actor, { userId: id, ...grant })
  return listGrants(sources, id)
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function takeGrant(sources: Peopled, { actor }: Principal, place: GrantPlace): Promise<void> {
  const { id, scope, scopeId } = place
  await findUser(sources, id)
  const wasThere = await sources.accounts.take(actor, { userId: id, scope, scopeId })
  if (!wasThere) throw unknown('grant', `${scope}/${scopeId}`)
}

/** Somebody's own. */
export function listTokens(sources: Peopled, principal: Principal): Promise<readonly Token[]> {
  return tokensOf(sources, ownerOf(principal))
}

/** For those who may administer users. @throws SL_RESOURCE_UNKNOWN */
export async function listTokensOf(sources: Peopled, id: string): Promise<readonly Token[]> {
  await findUser(sources, id)
  return tokensOf(sources, id)
}

async function tokensOf({ people }: Peopled, userId: string): Promise<readonly Token[]> {
  const tokens = await people.tokens.ofUser(userId)
  return tokens.map(({ userId: _, ...token }) => ({ ...token, scopes: [...token.scopes] }))
}

const usualDays = 90
const dayMs = 86_400_000

/**
 * A token for a program that acts for `principal`. It gives no more than they have: who is here by a token themselves has the
 * scopes of that, and its time. @throws SL_REQUEST_INVALID for scopes that there are not, SL_NOT_PERMITTED
 */
export async function issueToken(
  { accounts }: Peopled,
  principal: Principal,
  { title, scopes, expiresMs: wishedMs }: NewToken
): Promise<IssuedToken> {
  const wrong = scopes.find(scope => !everyScope.some(each => each === scope))
  if (wrong !== undefined)
    throw new SightlineError('SL_REQUEST_INVALID', `There is no scope ${wrong}: they are ${everyScope.join(', ')}.`)
  requireOwnWriting(principal)
  const beyond = scopes.find(scope => principal.scopes && ![...principal.scopes].some(each => each === scope))
  if (beyond !== undefined)
    throw new SightlineError('SL_NOT_PERMITTED', `A token without the scope ${beyond} can give none that has it.`)
  const expiresMs = endingMs(principal, wishedMs)
  return accounts.issue(principal.actor, { userId: ownerOf(principal), title, scopes, expiresMs })
}

/** Who is here by a token that ends gives none that holds longer. @throws SL_NOT_PERMITTED */
function endingMs(
  { untilMs = Number.POSITIVE_INFINITY }: Principal,
  wishedMs: number | null | undefined
): number | null {
  if (wishedMs === undefined) return Math.min(Date.now() + usualDays * dayMs, untilMs)
  if ((wishedMs ?? Number.POSITIVE_INFINITY) <= untilMs) return wishedMs
  const until = new Date(untilMs).toISOString()
  throw new SightlineError('SL_NOT_PERMITTED', `This token ends at ${until}, and can give none that holds longer.`)
}

/** One of their own. @throws SL_RESOURCE_UNKNOWN */
export async function revokeToken(sources: Peopled, principal: Principal, id: string): Promise<void> {
  requireOwnWriting(principal)
  await revokeTokenOf(sources, principal, { id: ownerOf(principal), of: id })
}

/** For those who may administer users. @throws SL_RESOURCE_UNKNOWN */
export async function revokeTokenOf(
  { people, accounts }: Peopled,
  { actor }: Principal,
  { id, of }: OfUser
): Promise<void> {
  const token = await people.tokens.byId(of)
  if (token?.userId !== id || !(await accounts.revoke(actor, of))) throw unknown('token', of)
}

/** Everybody may look after what is their own; a token only where it may write about users. @throws SL_NOT_PERMITTED */
export function requireOwnWriting({ scopes }: Principal): void {
  if (scopes && !scopes.has('users:write'))
    throw new SightlineError(
      'SL_NOT_PERMITTED',
      'This token may change nothing of whom it acts for: it lacks `users:write`.'
    )
}

/** @throws SL_NOT_PERMITTED for who is no user */
export function ownerOf({ userId }: Principal): string {
  if (userId !== undefined) return userId
  throw new SightlineError('SL_NOT_PERMITTED', 'Only users have tokens and sessions.')
}
