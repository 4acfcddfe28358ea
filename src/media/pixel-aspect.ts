import { defaultMaxPixels } from './video.ts'

export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** Width of a pixel ÷ its height beyond which, and below whose inverse, a container is not believed. */
const maxAspect = 4

/** A difference of less than this share is not worth a step of scaling: nobody sees it. */
const unseen = 0.01

/**
 * Size at which a picture looks right with square pixels, as screens, models and distances take it. `aspect` is the
 * width of one of its pixels ÷ its height (ITU-T H.264 E.2.1, `sar_width ÷ sar_height`). The side that is too short
 * grows, so that nothing seen is lost; both are even, for the colours of 4:2:0. Undefined where the picture is to
 * stay as it is.
 */
export function squarePixelSize({ width, height }: PictureSize, aspect: number): PictureSize | undefined {
  if (!(aspect >= 1 / maxAspect && aspect <= maxAspect) || Math.abs(aspect - 1) < unseen) return undefined
  const size =
    aspect > 1
      ? { width: 2 * Math.round((width * aspect) / 2), height }
      : { width, height: 2 * Math.round(height / aspect / 2) }
  return size.width * size.height > defaultMaxPixels ? undefined : size
}
