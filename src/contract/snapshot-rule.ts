import type { EventKind } from './event.ts'

/**
 * What picture an event keeps. `crop`: the track's box with some air around it. `frame`: the whole picture, where
 * what happened lies between or around boxes. `none`: the event is frequent and its start or end tells as much.
 */
export type Snapshot = 'crop' | 'frame' | 'none'

/** Which events keep a picture, and which picture that is. Every kind has a rule: a new one does not compile without. */
export const snapshotRules: Readonly<Record<EventKind, Snapshot>> = {
  'track-started': 'none',
  'track-ended': 'none',
  'line-crossed': 'crop',
  'zone-entered': 'crop',
  'zone-left': 'none',
  'dwell-exceeded': 'crop',
  'crowd-formed': 'frame',
  'crowd-dispersed': 'none',
  'direction-violated': 'crop',
  'tracks-met': 'frame',
  'track-stopped': 'crop',
  'object-left': 'frame',
  'object-removed': 'frame',
  'stream-up': 'none',
  'stream-down': 'none'
}
