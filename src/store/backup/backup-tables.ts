import { invitationKeys } from '../invitation-links.ts'
import type { Tables } from '../tables.ts'
import type { Row } from './row-text.ts'

export type BackedUpTable = Exclude<keyof Tables, 'cursors' | 'once_keys' | 'sessions' | 'signing_keys' | 'track_looks'>

/**
 * Every table, those that others refer to first. `cursors` is left out: how far a log was read says nothing of another
 * folder's logs, and what is read twice is known by its id. `once_keys` are over after a day. Whoever is signed in
 * signs in again: `sessions` and `signing_keys` are of use to thieves alone. `track_looks` are to be forgotten soon, and a backup
 * would remember them.
 */
export const backedUpTables = [
  'sites',
  'streams',
  'users',
  'grants',
  'tokens',
  'identities',
  'settings',
  'epochs',
  'measures',
  'recordings',
  'jobs',
  'clips',
  'assets',
  'asset_references',
  'asset_usage',
  'tracks',
  'site_identities',
  'site_identity_tracks',
  'trajectory_heads',
  'trajectory_chunks',
  'measure_samples',
  'event_spans',
  'event_minutes',
  'event_hours',
  'events',
  'seen_events',
  'share_links',
  'audit'
] as const satisfies readonly BackedUpTable[]

// Fails to compile when a table is added and not backed up.
type Forgotten = Exclude<BackedUpTable, (typeof backedUpTables)[number]>
null as unknown as Forgotten satisfies never

/** Key in `settings` that says a restore has begun and not ended. Never part of a backup. */
export const unfinishedKey = 'restore.unfinished'

/** Tables of which a backup without secrets lacks rows. */
export const withSecretRows: ReadonlySet<string> = new Set(['tokens', 'share_links', 'settings'])

const secretKeys = ['secret.', invitationKeys]

/** What a backup without secrets has of a row; undefined where it leaves it out. */
export function withoutSecrets(table: BackedUpTable, row: Row): Row | undefined {
  if (table === 'users') return { ...row, password: null }
  if (table === 'tokens' || table === 'share_links') return undefined
  if (table === 'settings' && secretKeys.some(begin => String(row.key).startsWith(begin))) return undefined
  return row
}
