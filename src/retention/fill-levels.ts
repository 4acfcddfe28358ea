import type { FillLimits } from './policy.ts'

/** What a disk's fill asks for. */
export interface FillState {
  readonly pruning: boolean
  readonly clipsStopped: boolean
  readonly uploadsStopped: boolean
}

export const relaxed: FillState = { pruning: false, clipsStopped: false, uploadsStopped: false }

/** What holds at `fill` (0 to 1, NaN where it is unknown) after `before`. Each begins at its limit and ends `relief` below. */
export function fillState(fill: number, before: FillState, limits: FillLimits): FillState {
  const holds = (limit: number, held: boolean) =>
    Number.isNaN(fill) ? held : fill >= limit || (held && fill > limit - limits.relief)
  return {
    pruning: holds(limits.prune, before.pruning),
    clipsStopped: holds(limits.stopClips, before.clipsStopped),
    uploadsStopped: holds(limits.stopUploads, before.uploadsStopped)
  }
}
