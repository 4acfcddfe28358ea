import type { Migration } from '../migration.ts'
import { up as first } from './0001-first.ts'
import { up as onceKeys } from './0002-once-keys.ts'
import { up as sessions } from './0003-sessions.ts'
import { up as identities } from './0004-identities.ts'
import { up as seenEvents } from './0005-seen-events.ts'
import { up as tokenUse } from './0006-token-use.ts'
import { up as shareLinks } from './0007-share-links.ts'
import { up as siteIdentities } from './0008-site-identities.ts'

/** Every step there ever was, in order. New ones are added at the end. */
export const history: readonly Migration[] = [
  { name: '0001-first', up: first },
  { name: '0002-once-keys', up: onceKeys },
  { name: '0003-sessions', up: sessions },
  { name: '0004-identities', up: identities },
  { name: '0005-seen-events', up: seenEvents },
  { name: '0006-token-use', up: tokenUse },
  { name: '0007-share-links', up: shareLinks },
  { name: '0008-site-identities', up: siteIdentities }
]
