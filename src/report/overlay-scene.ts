import type { Box, Point } from '../contract/geometry.ts'

/** A box to draw. Coordinates here and below are normalised to the frame. */
export interface OverlayBox {
  readonly box: Box
  readonly label: string
  /** Drawn bold behind the label: a track's id, or a detection's score as `87 %`. */
  readonly detail?: string
  /** Chooses the colour: the track's id, or class id + 1. */
  readonly colourId: number
  /** False draws it dashed: predicted or carried, not seen in this frame. Default true. */
  readonly observed?: boolean
  readonly landmarks?: readonly (readonly [number, number])[]
  /** Where it stood, `x, y` flat, oldest first. */
  readonly trail?: ArrayLike<number>
}

export interface OverlayZone {
  readonly name: string
  readonly points: readonly Point[]
  /** How many are inside. */
  readonly occupancy?: number
}

export interface OverlayLine {
  readonly name: string
  readonly points: readonly Point[]
  readonly in?: number
  readonly out?: number
}

/** Everything drawn over one frame. */
export interface OverlayScene {
  readonly boxes: readonly OverlayBox[]
  readonly zones?: readonly OverlayZone[]
  readonly lines?: readonly OverlayLine[]
  /** Chip in the top left corner: the first in bold (a time), the others behind it (counts). */
  readonly status?: readonly string[]
}

/** Sizes for a picture, so that a drawing looks the same at any resolution. */
export interface OverlaySizes {
  readonly width: number
  readonly height: number
  readonly strokePx: number
  readonly fontPx: number
}

/** Strokes (whole pixels: crisp) and letters grow with the picture's shorter side; letters never get smaller than can be read. */
export function overlaySizes(width: number, height: number): OverlaySizes {
  const shorter = Math.min(width, height)
  return {
    width,
    height,
    strokePx: Math.max(2, Math.round(shorter / 400)),
    fontPx: Math.round(Math.max(11, shorter / 40))
  }
}
