import type { Audit } from '../../store/audit.ts'
import type { Identities } from '../../store/identities.ts'
import type { InvitationLinks } from '../../store/invitation-links.ts'
import type { Sessions } from '../../store/sessions.ts'
import type { SetUp } from '../../store/set-up.ts'
import type { ShareLinks } from '../../store/share-links.ts'
import type { SigningKeys } from '../../store/signing-keys.ts'
import type { Tokens } from '../../store/tokens.ts'
import type { Users } from '../../store/users.ts'
import type { Grants } from '../../store/users-grants.ts'

/** What is kept of who may what. */
export interface AccessStores {
  readonly users: Users
  readonly grants: Grants
  readonly tokens: Tokens
  readonly identities: Identities
  readonly sessions: Sessions
  readonly shareLinks: ShareLinks
  readonly invitationLinks: InvitationLinks
  readonly keys: SigningKeys
  readonly setUp: SetUp
  readonly audit: Audit
}
