import type { Generated } from 'kysely'

// As in tables.ts.

/** What a track looked like, for as long as its site may know it again. */
export interface TrackLookTable {
  stream: string
  epoch: number
  track_id: number
  label: string
  /** What made `bytes`. */
  model: string
  started_ms: number
  ended_ms: number
  /** As `packLook` made them. */
  bytes: Uint8Array
  /** 1 once it was settled whose track it is. */
  placed: Generated<number>
}

/** Somebody who was seen in streams of a site. */
export interface SiteIdentityTable {
  /** In the order in which they were first known. */
  n: Generated<number>
  id: string
  site_id: string
  label: string
  created_ms: number
}

/** That a track is of an identity. */
export interface SiteIdentityTrackTable {
  stream: string
  epoch: number
  track_id: number
  identity_id: string
  /** 1 where a person said so, 0 where a machine did. */
  by_hand: number
  started_ms: number
  ended_ms: number
}
