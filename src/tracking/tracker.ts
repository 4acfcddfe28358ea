import type { DetectionColumns, TrackColumns } from '../core/columns.ts'
import type { ReidOptions, WantedLook } from './looks.ts'

/** What an observed row shows: the box that the detector saw, the filter's state after it, or the mean of both. */
export const boxSources = ['detection', 'filter', 'steady'] as const
export type BoxSource = (typeof boxSources)[number]

/** What every tracker is built from. */
export interface TrackerOptions {
  /** Size of the picture in pixels: boxes arrive normalised, distances are taken in pixels. */
  readonly frame: { readonly width: number; readonly height: number }
  /** How long a track survives unseen, in milliseconds (default 2000). Raise it to bridge longer occlusions, at the risk of swaps. */
  readonly lostAfterMs?: number
  /**
   * Nominal rate of the frames the tracker is told of, in frames per second (default 30). Motion noise is per
   * nominal frame, as the papers tuned it; a frame that comes later than nominal moves tracks by that much more.
   */
  readonly fps?: number
  /**
   * Which boxes are handed out; who is who is the same. `detection` (default): what was seen, and in frames left out
   * that box moved on. `filter`: the filter's state in both, as the authors' programs hand out: calmer, but wide of
   * who changes shape, such as somebody who enters at the edge of the picture. `steady`: half way between the two.
   */
  readonly boxes?: BoxSource
  /** Know tracks again by what they look like: somebody has to answer `wanted` by `describe`. Default: not. */
  readonly reid?: ReidOptions | undefined
}

/**
 * How the picture moved since the last analysed frame, in parts of its width and height: what was at x is at
 * `scale` · x + `x` now, and the same along y. With a roll it is first turned about the picture's top left corner, as it looks.
 */
export interface PictureShift {
  readonly scale: number
  readonly x: number
  readonly y: number
  /** Radians, clockwise. Default 0. */
  readonly roll?: number
}

/**
 * What a frame's picture says beside its boxes, such as `CameraMotion` tells. A tracker leaves out what it has no use for, and
 * what makes no sense.
 */
export interface FrameCues {
  readonly motion?: PictureShift | undefined
  /** The picture shows another scene than the one before: nobody of then is here. */
  readonly isCut?: boolean | undefined
}

/**
 * Gives boxes of successive frames identities. Pure and synchronous: time arrives as `ptsMs`, so the same
 * frames always give the same ids. Rows handed out are reused by the next call.
 */
export interface Tracker {
  /** The detector saw this frame. Boxes come and go normalised. */
  update(ptsMs: number, detections: DetectionColumns, cues?: FrameCues): TrackColumns
  /** The frame was skipped because nothing moved: everything that was there is there unchanged. */
  hold(ptsMs: number): TrackColumns
  /** The frame was left out (`--every`): tracks move on as their motion predicts. */
  predict(ptsMs: number): TrackColumns
  /** Ids that ended at the last call, in ascending order; reused by the next call. */
  readonly ended: readonly number[]
  /** Whether they ended at the last call because the picture was cut. */
  readonly isCut: boolean
  /** Tracks of the last frame whose looks would help, new ones first; always empty without `reid`. Reused by the next call. */
  readonly wanted: readonly WantedLook[]
  /**
   * What a wanted track looks like: a vector that is near another of the same person. Between the frame it was wanted of and the next.
   * @throws SL_EMBEDDING_INVALID for a vector with numbers that are none, or not as long as those before
   */
  describe(look: WantedLook, vector: Float32Array): void
  /**
   * What a track looks like that is there, or ended at the last call: the mean of what it was described by, of length 1. Undefined
   * where it never was.
   */
  lookOf(trackId: number): Float32Array | undefined
  /** Whether `FrameCues` help it: where they do not, nobody need look at pixels for it. */
  readonly wantsCues: boolean
}
