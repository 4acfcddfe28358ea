import type { Anchor } from '../contract/measure-definition.ts'
import type { FrameOutcome } from '../contract/track.ts'
import type { TrackColumns } from '../core/columns.ts'
import type { PlacedRows, Reach } from './anchor.ts'
import type { HandOver } from './hand-over.ts'
import type { TrackTable } from './track-table.ts'

/**
 * One frame as measures see it: checked, with a slot for every track and a clock that never runs backwards. The
 * same object again at each frame.
 */
export interface Scene {
  readonly frame: number
  readonly ptsMs: number
  /** Milliseconds that passed since the first frame. Rules T1…T3 of docs/spec/measures.md. */
  readonly clockMs: number
  /** Milliseconds since the frame before; 0 at the first, and when time ran backwards or broke off. */
  readonly stepMs: number
  /** True after a jump of time: nobody is known to have stayed, or to have walked from where they were. */
  readonly isBreak: boolean
  readonly outcome: FrameOutcome
  readonly labels: readonly string[]
  /** The frame's width by its height. */
  readonly aspect: number
  /** Rows that make sense, one for a track at most. */
  readonly rows: TrackColumns
  /** The slot of each row's track. */
  readonly slots: Int32Array
  /** Slots of tracks that ended with this frame. They keep their columns until they are released. */
  readonly ended: readonly number[]
  /** Whether they ended because the picture was cut. */
  readonly isCut: boolean
  /** Slots that are free from now on: what is known of them is to be forgotten. */
  readonly released: readonly number[]
  /** What was known of each track before this frame. */
  readonly tracks: TrackTable
  /** Ids of which this frame shows that one object had two. */
  readonly handOvers: readonly HandOver[]
  /** The rows' anchors, `x, y` flat. Valid during the call. */
  points(anchor: Anchor): Float64Array
  /** The same with the cells that they lie in. */
  places(anchor: Anchor): PlacedRows
  /**
   * The bounds of each row's step from the last observation before this frame to here, by the anchor, with `reach`
   * added on each side: left, top, right, bottom; NaN for a track without one. Valid during the call.
   */
  steps(anchor: Anchor, reach: Reach): PlacedRows
}
