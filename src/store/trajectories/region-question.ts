import type { Box, Point } from '../../contract/geometry.ts'
import type { Anchor } from '../../contract/measure-definition.ts'
import { SightlineError } from '../../core/errors.ts'
import { type StoredRange, type TrajectoryLimits, tooLarge } from './stored-range.ts'

/**
 * Who was where, and when. A point is a row of a frame: one that was observed, or shown unchanged while nothing moved;
 * what a tracker only predicted is none.
 */
export interface RegionQuestion extends StoredRange {
  /** A box or the corners of a polygon, normalised. Left and top edges are inside, right and bottom ones are not. */
  readonly area: Box | readonly Point[]
  /** The point of a box that has to lie within; the bottom centre, unless said. */
  readonly anchor?: Anchor
  /** Only rows of these classes. */
  readonly labels?: readonly string[]
  /** Counts by so many milliseconds of wall time, whose multiples the buckets begin at. */
  readonly bucketMs?: number
  /** Gives every point, too. */
  readonly positions?: boolean
}

/** A track that was within. */
export interface RegionTrack {
  readonly stream: string
  readonly epoch: number
  readonly trackId: number
  /** As of its last point within. */
  readonly label: string
  /** Wall time of its first and last point within. */
  readonly firstMs: number
  readonly lastMs: number
  readonly points: number
}

export interface RegionBucket {
  /** Wall time of its begin. */
  readonly atMs: number
  readonly points: number
  /** Different tracks. */
  readonly tracks: number
}

/** Every point within, as columns. */
export interface RegionPositions {
  readonly atMs: Float64Array
  /** The anchor, `x, y` flat. */
  readonly places: Float64Array
  /** Place of the point's track in the answer's list. */
  readonly tracks: Int32Array
}

export interface RegionAnswer {
  /** How many points were within. */
  readonly points: number
  /** In the order in which they were first within, stream by stream. */
  readonly tracks: readonly RegionTrack[]
  /** Those that are not empty, the earliest first. Empty without `bucketMs`. */
  readonly buckets: readonly RegionBucket[]
  readonly positions: RegionPositions | undefined
}

/** The corners of an area. @throws SL_QUERY_INVALID */
export function cornersOf(area: RegionQuestion['area']): readonly Point[] {
  const corners = isBox(area) ? cornersOfBox(area) : area
  const isDrawn = corners.length >= 3 && corners.every(point => point.every(Number.isFinite))
  if (!isDrawn || (isBox(area) && !(area.w > 0 && area.h > 0))) {
    throw new SightlineError(
      'SL_QUERY_INVALID',
      `The area ${JSON.stringify(area)} encloses nothing: give a box with a width and a height, or at least 3 points.`
    )
  }
  return corners
}

/** @throws SL_QUERY_INVALID, SL_QUERY_TOO_LARGE */
export function checkBuckets({ fromMs, toMs, bucketMs }: RegionQuestion, limits: TrajectoryLimits): void {
  if (bucketMs === undefined) return
  if (!Number.isInteger(bucketMs) || bucketMs < 1) {
    throw new SightlineError(
      'SL_QUERY_INVALID',
      `Buckets of ${bucketMs} milliseconds are none: give a whole number from 1 on.`
    )
  }
  const buckets = Math.ceil((toMs - fromMs) / bucketMs)
  if (buckets > limits.buckets) throw tooLarge(`${buckets} buckets`, limits.buckets, 'Give a larger bucketMs.')
}

function isBox(area: RegionQuestion['area']): area is Box {
  return 'w' in area
}

function cornersOfBox({ x, y, w, h }: Box): readonly Point[] {
  return [
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h]
  ]
}
