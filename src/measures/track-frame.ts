import type { Box, Point } from '../contract/geometry.ts'
import type { FrameOutcome } from '../contract/track.ts'
import type { TrackColumns } from '../core/columns.ts'

/** What measures are fed: the tracks of one frame. `rows` and `ended` are only valid during the call. */
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
  /** Class names by class id. */
  readonly labels: readonly string[]
}

/** Where a measure's events come from. */
export interface MeasureOrigin {
  readonly stream: string
  /** Grows at each restart of the stream. */
  readonly epoch: number
}

/** Who a row is, as events say it. */
export interface Sighting {
  readonly trackId: number
  readonly label: string
  readonly box: Box
}

export function sightingAt({ rows, labels }: TrackFrame, row: number): Sighting {
  const box = {
    x: rows.boxes[row * 4]!,
    y: rows.boxes[row * 4 + 1]!,
    w: rows.boxes[row * 4 + 2]!,
    h: rows.boxes[row * 4 + 3]!
  }
  return { trackId: rows.trackIds[row]!, label: labels[rows.classIds[row]!] ?? 'unknown', box }
}

/** The point of a box that lines and zones test: its bottom centre, where what stands on the ground stands. */
export function testPoint({ boxes }: TrackColumns, row: number): Point {
  return [boxes[row * 4]! + boxes[row * 4 + 2]! / 2, boxes[row * 4 + 1]! + boxes[row * 4 + 3]!]
}
