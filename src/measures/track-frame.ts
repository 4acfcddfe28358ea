import type { FrameOutcome } from '../contract/track.ts'
import type { TrackColumns } from '../core/columns.ts'

/** What a stream hands to its measures: the tracks of one frame. `rows` and `ended` are only valid during the call. */
export interface TrackFrame {
  /** 0-based index among the frames that could be decoded. */
  readonly frame: number
  /** Media time in whole milliseconds. */
  readonly ptsMs: number
  /** A `gated` frame's rows are those before, unchanged; a `skipped` frame's are predictions. */
  readonly outcome: FrameOutcome
  readonly rows: TrackColumns
  /** Ids of the tracks that ended with this frame. */
  readonly ended: readonly number[]
  /** True where they ended because the picture was cut: nobody of the scene before is in this one. */
  readonly isCut?: boolean
  /** Class names by class id. */
  readonly labels: readonly string[]
}
