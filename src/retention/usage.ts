import type { DataKind, Place } from './data-kinds.ts'

/** One kind's data of one stream. */
export interface Holding {
  readonly kind: DataKind
  /** Empty for what belongs to no stream. */
  readonly stream: string
  /** Time of its oldest row, as the row says it. */
  readonly oldestMs: number
  /**
   * Added to a row's time to get the time that its age counts from: a recording of 2019 that arrived yesterday is
   * a day old. 0 for live streams.
   */
  readonly shiftMs: number
  /** All of it; undefined where nothing asks, because counting is dear. */
  readonly bytes?: number
}

export interface DiskUsage {
  /** What lies on it of ours. */
  readonly places: readonly Place[]
  readonly totalBytes: number
  /** As far as this program may use it. */
  readonly freeBytes: number
  /** What was removed already and will become free: pages that wait to be given back, files whose turn comes. */
  readonly pendingBytes: number
  /** True from `FillLimits.prune` on, until it is relieved. */
  readonly pruning: boolean
}

/** All that the plan looks at. */
export interface Usage {
  readonly holdings: readonly Holding[]
  /** A place that is not there (media on S3 without a budget) is not planned for. */
  readonly usedBytes: Readonly<Partial<Record<Place, number>>>
  readonly disks: readonly DiskUsage[]
}
