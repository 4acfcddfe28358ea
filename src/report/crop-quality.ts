import type { TrackColumns } from '../core/columns.ts'
import type { RgbaPicture } from '../media/frame.ts'

/** What a box is cut down to by the frame's edge, or by something in front of it, is worth this much less. */
const cutWorth = 0.35
/** A box this close to the edge, as a share of the frame, counts as cut: detectors draw those of half-seen things a little short. */
const edge = 0.015
/** A box of this many times the picture's pixels is as good as any larger one. Beyond 1 because who is near is also crisper. */
const enoughTimes = 8

/** Pixels, of a frame or of the picture that is to be made. */
export interface PictureSize {
  readonly width: number
  readonly height: number
}

/**
 * How good a picture of row `row` would be, judged by its box alone, from 0 to 1: score × size × shape × whole ×
 * unhidden. Size counts by the square root of the pixels, as legibility does.
 */
export function expectedQuality(tracks: TrackColumns, row: number, frame: PictureSize, shown: PictureSize): number {
  const at = row * 4
  const [x, y, w, h] = [tracks.boxes[at]!, tracks.boxes[at + 1]!, tracks.boxes[at + 2]!, tracks.boxes[at + 3]!]
  const [widthPx, heightPx] = [w * frame.width, h * frame.height]
  const size = Math.sqrt(Math.min(1, (widthPx * heightPx) / (enoughTimes * shown.width * shown.height)))
  const isCut = x <= edge || y <= edge || x + w >= 1 - edge || y + h >= 1 - edge
  const unhidden = 1 - (1 - cutWorth) * hiddenShare(tracks, row)
  return tracks.scores[row]! * size * shapeWorth(widthPx / heightPx, shown) * (isCut ? cutWorth : 1) * unhidden
}

/** The root of the part of the picture that a box of this shape fills, so that twice as wide or as narrow is worth 0.7. */
function shapeWorth(aspect: number, { width, height }: PictureSize): number {
  const ratio = (aspect * height) / width
  return ratio > 0 ? Math.sqrt(Math.min(ratio, 1 / ratio)) : 0
}

/** The largest share of a box that another one, nearer to the camera (it reaches further down), covers. */
function hiddenShare({ boxes, count }: TrackColumns, row: number): number {
  const [x, y, w, h] = [boxes[row * 4]!, boxes[row * 4 + 1]!, boxes[row * 4 + 2]!, boxes[row * 4 + 3]!]
  if (w * h <= 0) return 1
  let most = 0
  for (let at = 0; at < count * 4; at += 4) {
    if (at === row * 4 || boxes[at + 1]! + boxes[at + 3]! <= y + h) continue
    const across = Math.min(x + w, boxes[at]! + boxes[at + 2]!) - Math.max(x, boxes[at]!)
    const down = Math.min(y + h, boxes[at + 1]! + boxes[at + 3]!) - Math.max(y, boxes[at + 1]!)
    if (across > 0 && down > 0) most = Math.max(most, (across * down) / (w * h))
  }
  return most
}

/** Mean difference of neighbouring pixels that counts as fully sharp, of 255. */
const fullySharp = 14

/** 0 for a plain or blurred picture … 1 for a crisp one: mean absolute difference of green between neighbours. */
export function sharpness({ width, height, data }: RgbaPicture): number {
  if (width < 2 || height < 2) return 0
  let sum = 0
  for (let y = 0; y < height - 1; y++) {
    for (let x = 0; x < width - 1; x++) {
      const at = (y * width + x) * 4 + 1
      sum += Math.abs(data[at]! - data[at + 4]!) + Math.abs(data[at]! - data[at + width * 4]!)
    }
  }
  return Math.min(1, sum / (2 * (width - 1) * (height - 1)) / fullySharp)
}
