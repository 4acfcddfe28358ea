import type { DataKind, Place } from './data-kinds.ts'

/** How long a kind is kept, and how much of it. `Infinity` where there is no limit. */
export interface KindRule {
  readonly keepMs: number
  readonly maxBytes: number
}

/** Shares of a disk that is in use, from which something is done about it. */
export interface FillLimits {
  /** The oldest is pruned. */
  readonly prune: number
  readonly stopClips: number
  readonly stopUploads: number
  /** How far below each the disk has to get before it ends: without it, everything would flap. */
  readonly relief: number
}

/** What is to be kept. Plain numbers: `src/config/storage-settings.ts` makes it of the settings file. */
export interface RetentionPolicy {
  readonly kinds: Readonly<Record<DataKind, KindRule>>
  /** By stream: what differs from `kinds`. Its `maxBytes` is for this stream alone. */
  readonly streams: Readonly<Record<string, Partial<Readonly<Record<DataKind, Partial<KindRule>>>>>>
  /** Bytes that each place may take. */
  readonly budgets: Readonly<Record<Place, number>>
  readonly fill: FillLimits
  /**
   * What is younger is never pruned because a disk is full: somebody else's files may have filled it, and then
   * pruning everything would help nobody.
   */
  readonly untouchedMs: number
}

/** How long `kind` of `stream` is kept. */
export function keepMsOf({ kinds, streams }: RetentionPolicy, kind: DataKind, stream: string): number {
  return streams[stream]?.[kind]?.keepMs ?? kinds[kind].keepMs
}
