import type { Principal } from '../../access/principal.ts'
import type { NewIdentity, UserIdentity } from '../../contract/api/user.ts'
import type { Sources } from './sources.ts'
import { known, unknown } from './unknown.ts'
import { findUser } from './users.ts'

type Peopled = Pick<Sources, 'accounts' | 'people'>

/** As whom the identity provider knows a user, where somebody has said so. @throws SL_RESOURCE_UNKNOWN */
export async function findIdentity(sources: Peopled, id: string): Promise<UserIdentity> {
  await findUser(sources, id)
  const { userId: _, ...identity } = known(await sources.accounts.links.find(id), 'identity of the user', id)
  return identity
}

/** @throws SL_RESOURCE_UNKNOWN, SL_NAME_TAKEN, SL_OPTION_CONFLICT without a provider */
export async function linkIdentity(
  sources: Peopled,
  { actor }: Principal,
  id: string,
  { subject }: NewIdentity
): Promise<UserIdentity> {
  await findUser(sources, id)
  await sources.accounts.links.link(actor, id, subject)
  return findIdentity(sources, id)
}

/** @throws SL_RESOURCE_UNKNOWN */
export async function unlinkIdentity(sources: Peopled, { actor }: Principal, id: string): Promise<void> {
  await findUser(sources, id)
  if (!(await sources.accounts.links.unlink(actor, id))) throw unknown('identity of the user', id)
}
