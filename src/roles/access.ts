import { hkdfSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { AccessStores } from '../api/identity/access-stores.ts'
import type { DataFolder } from '../core/data-folder.ts'
import { SightlineError } from '../core/errors.ts'
import { Seal } from '../core/seal.ts'
import { readSecretFile, writeSecretFile } from '../core/secret-file.ts'
import { Audit } from '../store/audit.ts'
import type { StoreDatabase } from '../store/database.ts'
import { Identities } from '../store/identities.ts'
import { InvitationLinks } from '../store/invitation-links.ts'
import { Sessions } from '../store/sessions.ts'
import { SetUp } from '../store/set-up.ts'
import { ShareLinks } from '../store/share-links.ts'
import { SigningKeys } from '../store/signing-keys.ts'
import { Tokens } from '../store/tokens.ts'
import { Users } from '../store/users.ts'
import { Grants } from '../store/users-grants.ts'

/** What is kept of who may what. */
export function accessStores(database: StoreDatabase): AccessStores {
  return {
    users: new Users(database),
    grants: new Grants(database),
    tokens: new Tokens(database),
    identities: new Identities(database),
    sessions: new Sessions(database),
    shareLinks: new ShareLinks(database),
    invitationLinks: new InvitationLinks(database),
    keys: new SigningKeys(database),
    setUp: new SetUp(database),
    audit: new Audit(database)
  }
}

const bytes = 32

/**
 * What keys in the store are sealed with: from $SIGHTLINE_SECRET_KEY, which gateways that share a store have to share too, or
 * a key that the data folder has for itself.
 * @throws SL_CONFIG_INVALID for a file that is no such key
 */
export async function openSeal(
  { secrets }: Pick<DataFolder, 'secrets'>,
  { SIGHTLINE_SECRET_KEY: given }: Readonly<Record<string, string | undefined>>
): Promise<Seal> {
  if (given) return new Seal(Buffer.from(hkdfSync('sha256', given, '', 'sightline seal', bytes)))
  const path = join(secrets, 'seal.key')
  if ((await readSecretFile(path)) === undefined)
    await writeSecretFile(path, randomBytes(bytes).toString('base64url'), 'first')
  const key = Buffer.from((await readSecretFile(path)) ?? '', 'base64url')
  if (key.length === bytes) return new Seal(key)
  throw new SightlineError(
    'SL_CONFIG_INVALID',
    `${path} holds no key. Put it back as it was, or remove it: everybody then signs in again.`
  )
}
